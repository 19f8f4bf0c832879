import { testRecordings } from './replayed.ts';

testRecordings('js');
