/** numjs's kinds of errors. */
import { ValueError } from '../../src/index.ts';

/** A setting that does not exist or cannot have that value. */
class ConfigError extends Error {
  override name = 'ConfigError';
}

/** What this layer does not do. */
class NotImplementedError extends Error {
  override name = 'NotImplementedError';
}

/** `nj.errors`. `ValueError` is numgrad's own, so that one `catch` serves both. */
export const errors = { ValueError, ConfigError, NotImplementedError } as const;
