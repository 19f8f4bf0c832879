/** Schedules may move the momentum against the rate: an optimizer has it as `momentum`, or as the first of its `betas`. */
import { ValueError } from '../../array/errors.ts';
import type { ScheduledGroup } from './scheduler.ts';

/** @throws ValueError if the groups have no momentum. */
export function requireMomentum(groups: readonly ScheduledGroup[]): void {
  if (groups.every((group) => group.momentum !== undefined || group.betas !== undefined)) return;
  throw new ValueError('the optimizer has no momentum or betas to cycle: use cycleMomentum: false');
}

export function setMomentum(group: ScheduledGroup, momentum: number): void {
  if (group.betas !== undefined) group.betas = [momentum, group.betas[1]];
  else group.momentum = momentum;
}
