"""Multi-head attention and transformer layers, outside of training."""

from .module import New, module

E, L, N, S = 4, 3, 2, 2


def record(r):
    multi_head(r)
    encoder_layers(r)
    decoder_layers(r)
    stacks(r)


def causal(r, n):
    return r.give([[j > i for j in range(n)] for i in range(n)], 'bool')


def multi_head(r):
    def attend(*args, new={}, **keywords):
        module(r, New('MultiheadAttention', E, 2, **new), *args, **keywords)

    for new in ({}, {'bias': False}, {'batch_first': True}, {'add_bias_kv': True}, {'add_zero_attn': True}, {'kdim': 3, 'vdim': 5},
                {'add_bias_kv': True, 'add_zero_attn': True, 'batch_first': True}):
        k, v = new.get('kdim', E), new.get('vdim', E)
        target, source = ((N, L), (N, S)) if new.get('batch_first') else ((L, N), (S, N))
        attend(r.x(*target, E), r.x(*source, k), r.x(*source, v), new=new)
        attend(r.x(*target, E), r.x(*source, k), r.x(*source, v), need_weights=False, new=new)
        attend(r.x(*target, E), r.x(*source, k), r.x(*source, v), average_attn_weights=False, new=new)
        attend(r.x(*target, E), r.x(*source, k), r.x(*source, v), key_padding_mask=r.give([[False, True], [False, False]], 'bool'), new=new)
        attend(r.x(*target, E), r.x(*source, k), r.x(*source, v), attn_mask=r.give([[True, False], [False, False], [False, True]], 'bool'), new=new)
        attend(r.x(L, E), r.x(S, k), r.x(S, v), new=new)
    x = r.x(L, N, E)
    attend(x, x, x)
    attend(x, x, x, attn_mask=causal(r, L))
    attend(x, x, x, attn_mask=causal(r, L), key_padding_mask=r.give([[False, False, True], [False, False, False]], 'bool'))
    attend(r.x(L, N, E), r.x(S, N, E), r.x(S, N, E), attn_mask=r.const(L, S))
    attend(r.x(L, N, E), r.x(S, N, E), r.x(S, N, E), attn_mask=r.const(2 * N, L, S))
    attend(r.x(L, N, E), r.x(S, N, E), r.x(S, N, E), None, False)
    module(r, New('MultiheadAttention', 4, 4), x, x, x)
    module(r, New('MultiheadAttention', 4, 1), x, x, x)
    module(r, New('MultiheadAttention', 4, 3), x, x, x)
    attend(r.x(L, N, 3), r.x(S, N, 3), r.x(S, N, 3))
    attend(r.x(L, N, E), r.x(S, N, E), r.x(S, N, E), attn_mask=r.const(S, L))
    attend(r.x(L, N, E), r.x(S, N, E), r.x(L, N, E))


LAYERS = ({}, {'activation': 'gelu'}, {'norm_first': True}, {'batch_first': True}, {'norm_first': True, 'activation': 'gelu', 'batch_first': True},
          {'layer_norm_eps': 0.1})


def encoder_layers(r):
    for more in LAYERS:
        new = New('TransformerEncoderLayer', E, 2, dim_feedforward=3, **more)
        shape = (N, L) if more.get('batch_first') else (L, N)
        module(r, new, r.x(*shape, E))
        module(r, new, r.x(*shape, E), src_mask=causal(r, L))
        module(r, new, r.x(*shape, E), src_key_padding_mask=r.give([[False, False, True], [False, True, False]], 'bool'))
    module(r, New('TransformerEncoderLayer', E, 2, 3, 0), r.x(L, N, E), training=True)
    module(r, New('TransformerEncoderLayer', E, 2, 3), r.x(L, E))
    module(r, New('TransformerEncoderLayer', E, 2, 3), r.x(L, N, 5))


def decoder_layers(r):
    for more in LAYERS:
        new = New('TransformerDecoderLayer', E, 2, dim_feedforward=3, **more)
        target, source = ((N, L), (N, S)) if more.get('batch_first') else ((L, N), (S, N))
        module(r, new, r.x(*target, E), r.x(*source, E))
        module(r, new, r.x(*target, E), r.x(*source, E), tgt_mask=causal(r, L),
               memory_key_padding_mask=r.give([[False, True], [False, False]], 'bool'))
    module(r, New('TransformerDecoderLayer', E, 2, 3, 0), r.x(L, N, E), r.x(S, N, E), training=True)


def stacks(r):
    encoder = New('TransformerEncoderLayer', 2, 1, dim_feedforward=2)
    decoder = New('TransformerDecoderLayer', 2, 1, dim_feedforward=2)
    module(r, New('TransformerEncoder', encoder, 2), r.x(L, N, 2), training=False)
    module(r, New('TransformerEncoder', encoder, 1, New('LayerNorm', 2)), r.x(L, N, 2), mask=causal(r, L))
    module(r, New('TransformerDecoder', decoder, 2), r.x(L, N, 2), r.x(S, N, 2))
    module(r, New('TransformerDecoder', decoder, 1, norm=New('LayerNorm', 2)), r.x(L, N, 2), r.x(S, N, 2), tgt_mask=causal(r, L))
    module(r, New('Transformer', 2, 1, 1, 1, 2), r.x(S, N, 2), r.x(L, N, 2), tgt_mask=causal(r, L))
    module(r, New('Transformer', d_model=2, nhead=1, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=2, batch_first=True),
           r.x(N, S, 2), r.x(N, L, 2))
