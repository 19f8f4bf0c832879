/** Tensors are recorded from the moment that this module is loaded. */
import { install } from '../tensor/modes.ts';
import { tracer } from './record.ts';
import { defineRules } from './rules/index.ts';

defineRules();
install(tracer);
