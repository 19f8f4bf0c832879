/**
 * Combines the states of the lanes of a line. Neighbours in a subgroup exchange theirs without memory, by pairs, pairs of pairs and so on,
 * where the device has subgroups; what is then left meets in the workgroup's memory, in a flat tree.
 *
 * That neighbouring invocations of a workgroup with one axis are in one subgroup, in order, is how all of Vulkan, Metal and Direct3D
 * number them.
 */
import { k } from '../../build.ts';
import { exchanged } from '../build.ts';
import type { GridBody } from '../build.ts';
import type { Expr, Local } from '../../ir.ts';
import type { Fold } from './fold.ts';
import { SharedStates, assign, fromWord, settle, toWord } from './fold.ts';
import type { LineSeat, LineTeam } from './lines.ts';

/** States that a lane combines between two barriers: to load some more costs less than to wait for all once more. */
const FAN = 16;

type FoldTeam = { readonly fold: Fold; readonly team: LineTeam };

/** What the states of all lanes come to, for the first lane to know. Lanes from `n` on have none. */
export function combineLanes(
  b: GridBody,
  { fold, team }: FoldTeam,
  seat: LineSeat,
  acc: readonly Local[],
  n: Expr,
): void {
  const together = subgroupOf(team);
  exchange(b, fold, together, seat.lane, acc, n);
  if (together < team.lanes) combineShared(b, { fold, team }, seat, acc, n);
}

/** The same of lanes that all have a state, for each lane to know. */
export function combineForAll(b: GridBody, { fold, team }: FoldTeam, seat: LineSeat, acc: Local[]): Local[] {
  const { lanes } = team;
  const together = subgroupOf(team);
  const n = k.const('i32', lanes);
  exchange(b, fold, together, seat.lane, acc, n);
  if (together === lanes) return acc;
  const { shared, first } = combineShared(b, { fold, team }, seat, acc, n);
  b.barrier();
  return shared.at(first);
}

/** Lanes that can exchange their states. */
const subgroupOf = ({ lanes, across, subgroup }: LineTeam): number =>
  across ? 1 : Math.min(subgroup, lanes);

/** Combines the states of `together` neighbouring lanes: the first of them has the result, and if all have a state, all of them. */
function exchange(
  b: GridBody,
  { types, combine }: Fold,
  together: number,
  lane: Expr,
  acc: readonly Local[],
  n: Expr,
): void {
  for (let mask = 1; mask < together; mask *= 2) {
    const words = acc.map((part) => b.let(exchanged(b.let(toWord(part), 'own'), mask), 'other'));
    b.if(k.lt(k.xor(lane, mask), n), () =>
      assign(
        b,
        acc,
        combine(
          acc,
          settle(
            b,
            words.map((word, i) => fromWord(types[i], word)),
          ),
        ),
      ),
    );
  }
}

/** Combines the states of neighbours that have been combined already. The result is in memory as well, at `first`. */
function combineShared(
  b: GridBody,
  { fold, team }: FoldTeam,
  { lane, step }: LineSeat,
  acc: readonly Local[],
  n: Expr,
): { readonly shared: SharedStates; readonly first: Expr } {
  const together = subgroupOf(team);
  const shift = Math.log2(together);
  const shared = new SharedStates(b, fold.types, b.size / together);
  const count = b.let(k.shr(k.add(n, together - 1), shift), 'count');
  const first = b.let(k.shr(k.sub(b.local, k.mul(lane, step)), shift), 'first');
  const place = b.let(k.add(first, k.mul(lane, step)), 'place');
  if (together === 1) shared.put(place, acc);
  else b.if(k.eq(k.and(lane, together - 1), 0), () => shared.put(k.shr(b.local, shift), acc));
  for (let width = team.lanes / together; width > 1; width = Math.ceil(width / FAN)) {
    const kept = Math.ceil(width / FAN);
    b.barrier();
    b.if(k.lt(lane, kept), () => {
      assign(b, acc, shared.at(place));
      const end = b.let(k.min(count, width), 'end');
      const other = b.let(k.add(lane, kept), 'other');
      b.while(k.lt(other, end), () => {
        assign(b, acc, fold.combine(acc, shared.at(k.add(first, k.mul(other, step)))));
        b.bump(other, kept);
      });
      shared.put(place, acc);
    });
  }
  return { shared, first };
}
