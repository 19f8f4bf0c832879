/** Networks that tell handwritten digits apart: images of shape (n, 1, 28, 28) to scores of shape (n, 10). */
import * as np from 'numgrad';

const { nn } = np;

/** One hidden layer. */
export const perceptron = (): np.nn.Sequential =>
  new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 256), new nn.ReLU(), new nn.Linear(256, 10));

/** Two convolutions. */
export const convolutional = (): np.nn.Sequential =>
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
