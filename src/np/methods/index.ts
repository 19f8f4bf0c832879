/** Attaches every method and attribute of arrays, and the methods of ufuncs. */
import './arithmetic.ts';
import './attributes.ts';
import './conversion.ts';
import './indexing.ts';
import './numeric.ts';
import './printing.ts';
import './shape.ts';
import './statistics.ts';
import './sorting.ts';
import './ufunc.ts';
