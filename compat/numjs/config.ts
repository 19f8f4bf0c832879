/** `nj.config`: how arrays print. Assign to change. */
export const config = {
  /** An axis longer than this prints its ends only. */
  printThreshold: 7,
  /** Digits behind the point. */
  nFloatingValues: 5,
};
