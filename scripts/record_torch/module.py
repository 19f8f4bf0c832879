"""Recording a module: its constructor's arguments, its state, the call, and the gradients of inputs and parameters."""

import warnings

import torch

from .core import Given, camel, error_code, flat, leaves_of, numpy_of, text64, to_torch


class New:
    """A module made for another module's constructor."""

    def __init__(self, name, *args, **keywords):
        self.name, self.args, self.keywords = name, args, keywords

    def build(self):
        return getattr(torch.nn, self.name)(*built(self.args), **built(self.keywords))


def built(v):
    if isinstance(v, New):
        return v.build()
    if isinstance(v, dict):
        return {k: built(x) for k, x in v.items()}
    return [built(x) for x in v] if isinstance(v, (list, tuple)) else v


def module(r, new, *args, training=False, kind='small', state=None, **keywords):
    """Records `new` called with these arguments; its state comes from the pool `kind`, or is given by name."""
    function = f'nn.{new.name}'
    encoded, named = codes(r, new.args), {camel(k): codes(r, v) for k, v in new.keywords.items()}
    call_codes = [r.encode(a) for a in args], {camel(k): r.encode(v) for k, v in keywords.items()}
    try:
        made = new.build()
        leaves = state_of(r, made, kind, state or {})
        made.load_state_dict({name: leaf.tensor.detach() for name, leaf in leaves.items()})
        made.train(training)
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            result = made(*to_torch(list(args), Given()), **to_torch(keywords, Given()))
    except Exception as error:  # the kind of the error is the result
        extras = {'module': {'state': {}, 'training': training, 'args': call_codes[0], 'keywords': call_codes[1]}}
        return r.write(function, encoded, named, error_code(error), extras)
    parameters = dict(made.named_parameters())
    extras = differentiated(r, result, leaves_of([args, keywords]), parameters)
    of_parameters = extras.pop('parameters', {})
    extras['module'] = {'state': {name: {'t': leaf.code} for name, leaf in leaves.items()}, 'training': training,
                        'args': call_codes[0], 'keywords': call_codes[1], 'gradients': of_parameters}
    buffers = {k: v for k, v in made.named_buffers() if not torch.equal(v, leaves[k].tensor)} if training else {}
    if buffers:
        extras['module']['after'] = {k: r.result(v)['a'] for k, v in buffers.items()}
    r.write(function, encoded, named, r.result(result), extras)


def codes(r, v):
    if isinstance(v, New):
        return {'new': [f'nn.{v.name}', codes(r, v.args), {camel(k): codes(r, x) for k, x in v.keywords.items()}]}
    return [codes(r, x) for x in v] if isinstance(v, (list, tuple)) else r.encode(v)


def state_of(r, made, kind, given):
    """A tensor for every entry of the state: the given ones, counters at zero, positive variances, the rest from the pool."""
    found = {}
    for name, value in made.state_dict().items():
        dtype = str(value.dtype).removeprefix('torch.')
        if name in given:
            found[name] = given[name]
        elif not value.is_floating_point():
            found[name] = r.give(numpy_of(value), dtype)
        else:
            found[name] = r.const(*value.shape, dtype=dtype, kind='positive' if name.endswith('running_var') else kind)
    return found


def differentiated(r, result, leaves, parameters):
    outputs = [t for t in flat(result) if isinstance(t, torch.Tensor)]
    chosen = [r.cotangent(t) if t.requires_grad else None for t in outputs]
    used = [(t, c.tensor) for t, c in zip(outputs, chosen) if c]
    if not used:
        return {}
    inputs = [leaf.tensor for leaf in leaves] + list(parameters.values())
    gradients = torch.autograd.grad([t for t, _ in used], inputs, [c for _, c in used], allow_unused=True)
    encoded = [None if g is None else text64(numpy_of(g)) for g in gradients]
    return {'cotangents': [c and c.code[:2] for c in chosen], 'gradients': encoded[:len(leaves)],
            'parameters': dict(zip(parameters, encoded[len(leaves):]))}
