/** Handwritten digits by a convolutional network. */
import { convolutional } from './mnist/networks.ts';
import { study } from './mnist/study.ts';

await study('mnist-cnn', convolutional, { epochs: 6, batchSize: 64, learningRate: 4e-3 });
