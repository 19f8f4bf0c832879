import { testRecordings } from './replayed.ts';

testRecordings('wasm');
