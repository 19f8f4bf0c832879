/** Handwritten digits by a perceptron with one hidden layer. */
import * as np from 'numgrad';
import { study } from './mnist/study.ts';

const { nn } = np;

const perceptron = (): np.nn.Sequential =>
  new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));

await study('mnist-mlp', perceptron, { epochs: 5, batchSize: 64, learningRate: 3e-3 });
