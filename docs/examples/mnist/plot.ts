/** The loss curve as a file. */
import { writeFileSync } from 'node:fs';
import { lossCurve } from './curve.ts';
import type { History } from './training.ts';

/** Writes the loss curve as an SVG. */
export async function plotLoss(file: string, title: string, history: History): Promise<void> {
  writeFileSync(file, await lossCurve(title, history));
}
