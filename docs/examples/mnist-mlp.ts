/** Handwritten digits by a perceptron with one hidden layer. */
import { perceptron } from './mnist/networks.ts';
import { study } from './mnist/study.ts';

await study('mnist-mlp', perceptron, { epochs: 5, batchSize: 64, learningRate: 3e-3 });
