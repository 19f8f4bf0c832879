/** Handwritten digits by a convolutional network. */
import * as np from 'numgrad';
import { study } from './mnist/study.ts';

const { nn } = np;

const network = (): np.nn.Sequential =>
  new nn.Sequential(
    new nn.Conv2d(1, 16, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Conv2d(16, 32, 3, { padding: 1 }),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
    new nn.Flatten(),
    new nn.Dropout(0.25),
    new nn.Linear(32 * 7 * 7, 10),
  );

await study('mnist-cnn', network, { epochs: 6, batchSize: 64, learningRate: 4e-3 });
