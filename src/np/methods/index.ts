/** Attaches every method and attribute of arrays. */
import './arithmetic.ts';
import './attributes.ts';
import './conversion.ts';
import './indexing.ts';
import './numeric.ts';
import './printing.ts';
import './shape.ts';
import './statistics.ts';
import './sorting.ts';
