/**
 * The states of parts of lines: a workgroup leaves its own for another kernel, or for the last workgroup of the same one.
 *
 * Workgroups run in any order, and WebGPU promises nothing of the order in which one sees what another writes, except in a single
 * word that is changed atomically. So the words that they leave for each other say of themselves that they are there: they are 0 until
 * then, and not 0 afterwards. A workgroup that has left its states takes a ticket. The one with the last ticket knows that all have been
 * left, or are on their way, so that it waits for none that has not begun. It sets what it takes to 0, for the next kernel.
 */
import { k, lift } from '../../build.ts';
import type { GridBody } from '../build.ts';
import type { BufferArray } from '../ir.ts';
import type { Expr, Local } from '../../ir.ts';
import type { Fold, State } from './fold.ts';
import { assign, fromWord, settle, toWord, wordType } from './fold.ts';
import { combineLanes } from './lanes.ts';
import type { LineSeat, LineTeam, Params } from './lines.ts';
import { linesOfGroup } from './lines.ts';

/** What a workgroup folds: a part of as many lines as its team has columns. */
export interface OwnPart {
  readonly seat: LineSeat;
  /** The number of these lines among those of all workgroups. */
  readonly tile: Expr;
  readonly line: Expr;
  readonly part: Expr;
  readonly p: Params;
}

/** The first lane of a line has the state of its part. */
export const isWriter = ({ seat, line, p }: OwnPart): Expr =>
  k.and(k.eq(seat.lane, 0), k.lt(line, p['count']));

/** The parts of all lines. */
const allParts = ({ count, parts }: Params): Expr => k.mul(count, parts);

/** Where the words of a part's state are: (words, lines, parts of a line), or with `across` (words, parts of a line, lines). */
function placesOf(
  b: GridBody,
  { across }: LineTeam,
  { line, p }: OwnPart,
  part: Expr,
  words: number,
): Expr[] {
  const first = across ? k.add(k.mul(part, p['count']), line) : k.add(k.mul(line, p['parts']), part);
  const places = [b.let(first, 'place')];
  while (places.length < words) places.push(b.let(k.add(places[places.length - 1], allParts(p)), 'place'));
  return places;
}

const bitsOf = (x: Expr): Expr => k.bitcast('u32', toWord(x));

/** Leaves the states for a kernel whose operands they are, in types of whole words. */
export function leaveStates(
  b: GridBody,
  team: LineTeam,
  output: BufferArray,
  own: OwnPart,
  state: State,
): void {
  b.if(isWriter(own), () =>
    placesOf(b, team, own, own.part, state.length).forEach((place, i) =>
      b.put(output, place, bitsOf(state[i])),
    ),
  );
}

/** The bit of a word that is there. What it was without is in one more word. */
const THERE = 31;
const there = lift(2 ** THERE, 'u32');

/** The words of a buffer in which the parts of lines meet: those of their states, and a ticket for each line at most. */
export const meetingWords = ({ types }: Fold, lines: number, parts: number): number =>
  ((types.length + 1) * parts + 1) * lines;

/** A state as words that are not 0. */
function toMeet(b: GridBody, state: State): Expr[] {
  if (state.length > THERE)
    throw new Error(`the state of a fold has ${state.length} words, more than ${THERE}`);
  const words = state.map((x) => b.let(bitsOf(x), 'word'));
  const bits = words.map((word, i) => k.shl(k.shr(word, THERE), i));
  return [...words, bits.reduce((all, bit) => k.or(all, bit))].map((word) => k.or(word, there));
}

/** The state that words were made of. */
function ofMeeting({ types }: Fold, words: readonly Expr[]): Expr[] {
  const bits = words[types.length];
  return types.map((type, i) => {
    const word = k.or(k.and(words[i], k.not(there)), k.shl(k.shr(bits, i), THERE));
    return fromWord(type, k.bitcast(wordType(type), word));
  });
}

/** Parts whose words lanes ask for together: what takes time is to wait for the answers. */
const TOGETHER = 4;

/** The words at places as soon as they are there, and 0 in their stead. Places that have none are not waited for. */
function take(
  b: GridBody,
  meeting: BufferArray,
  parts: readonly { readonly places: readonly Expr[]; readonly exists: Expr }[],
): Local[][] {
  const none = lift(0, 'u32');
  const all = parts.map(({ places }) => places.map(() => b.let(none, 'word')));
  const each = (act: (word: Local, ask: () => void) => void): void =>
    parts.forEach(({ places, exists }, i) =>
      b.if(exists, () =>
        all[i].forEach((word, j) =>
          act(word, () => b.set(word, b.atomic('exchange', meeting, places[j], none))),
        ),
      ),
    );
  each((_, ask) => ask());
  each((word, ask) => b.while(k.eq(word, 0), ask));
  return all;
}

/** The parts of a line, which its first lane joins alone, or all its lanes together. */
export interface Joint {
  readonly fold: Fold;
  readonly team: LineTeam;
  readonly isAlone: boolean;
}

/** Folds the states that a lane takes, in their order. */
function foldParts(b: GridBody, { fold, team, isAlone }: Joint, meeting: BufferArray, own: OwnPart): Local[] {
  const { seat, line, p } = own;
  const [first, lanes] = isAlone ? [k.const('i32', 0), 1] : [seat.lane, team.lanes];
  const words = fold.types.length + 1;
  const end = b.let(k.select(k.lt(line, p['count']), p['parts'], k.const('i32', 0)), 'end');
  const acc = settle(b, ofMeeting(fold, new Array<Expr>(words).fill(lift(0, 'u32'))));
  const position = b.let(first, 'position');
  b.while(k.lt(position, end), () => {
    const together = isAlone ? 1 : TOGETHER;
    const parts = Array.from({ length: together }, (_, i) => {
      const part = b.let(k.add(position, i * lanes), 'part');
      return { part, places: placesOf(b, team, own, part, words), exists: b.let(k.lt(part, end), 'exists') };
    });
    take(b, meeting, parts).forEach((found, i) => {
      const state = settle(b, ofMeeting(fold, found));
      const next = (): void => assign(b, acc, fold.combine(acc, state));
      if (i === 0) b.if(k.eq(position, first), () => assign(b, acc, state), next);
      else b.if(parts[i].exists, next);
    });
    b.bump(position, together * lanes);
  });
  return acc;
}

/**
 * Combines the states of all parts of the workgroup's lines, if it is the last to come of those that fold them.
 *
 * @param acc - the state of the workgroup's part, which the first lane of a line has
 * @param meeting - an atomic buffer of `meetingWords` words, all of them 0
 * @param then - is given the state of the line, in the first lane
 */
export function joinParts(
  b: GridBody,
  joint: Joint,
  meeting: BufferArray,
  own: OwnPart,
  acc: readonly Local[],
  then: (state: State) => void,
): void {
  const { fold, team, isAlone } = joint;
  const { seat, tile, line, part, p } = own;
  const words = fold.types.length + 1;
  const leave = (): void => {
    const places = placesOf(b, team, own, part, words);
    toMeet(b, acc).forEach((word, i) => b.put(meeting, places[i], word));
  };
  const takeTicket = (index: Expr, ifLast: () => void): void => {
    const place = b.let(k.add(k.mul(allParts(p), words), index), 'ticket');
    const others = b.atomic('add', meeting, place, 1);
    b.if(k.eq(k.add(k.bitcast('i32', others), 1), p['parts']), () => {
      b.put(meeting, place, 0);
      ifLast();
    });
  };
  if (isAlone) {
    b.if(isWriter(own), () => {
      leave();
      takeTicket(line, () => then(foldParts(b, joint, meeting, own)));
    });
    return;
  }
  const lines = linesOfGroup(team);
  b.if(isWriter(own), leave);
  if (lines > 1) b.barrier();
  const isLast = b.shared('u32', 1, 'last');
  b.if(k.and(k.eq(b.local, 0), k.lt(k.mul(tile, lines), p['count'])), () =>
    takeTicket(tile, () => b.put(isLast, 0, 1)),
  );
  b.if(k.ne(b.agreed(isLast, 0), 0), () => {
    const all = foldParts(b, joint, meeting, own);
    combineLanes(b, joint, seat, all, p['parts']);
    b.if(isWriter(own), () => then(all));
  });
}
