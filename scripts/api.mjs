/**
 * The public functions, read from the sources: what the tests of the documentation check, and what `npm run docs` lists in
 * docs/api.md.
 */
import { writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { ROOT } from './setup.mjs';

/**
 * A public name that is a value.
 *
 * @typedef {object} PublicName
 * @property {string} name
 * @property {string} file the source file that declares it, from the root
 * @property {number} line
 * @property {'function' | 'class' | 'constant'} kind
 * @property {string} summary the first paragraph of its documentation; empty where there is none
 * @property {boolean} hasExample
 * @property {string | undefined} aliasOf the name that it only repeats
 */

/**
 * One `@example` block.
 *
 * @typedef {object} Example
 * @property {string} file
 * @property {number} line
 * @property {string} code
 */

/** @param {string} entry a source file, from the root */
function openProgram(entry) {
  const program = ts.createProgram([join(ROOT, entry)], {
    noLib: true,
    noResolve: false,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    noEmit: true,
  });
  return { program, checker: program.getTypeChecker() };
}

/** @param {ts.Node} node */
function placeOf(node) {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return { file: relative(ROOT, source.fileName).split(sep).join('/'), line: line + 1 };
}

/** @param {ts.JSDocTag} tag @returns {string} what the tag says, as it is written but for the margin */
function textOfTag(tag) {
  const [, text = ''] = /^@\w+([^]*)$/.exec(tag.getText()) ?? [];
  return text.replace(/\n\s*\* ?/g, '\n').trim();
}

/** The whole statement or member that documentation is written above. @param {ts.Declaration} declaration */
function documented(declaration) {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
}

/** @param {ts.Declaration} declaration @returns {string | undefined} the name that it is set to, and nothing else */
function aliasedName(declaration) {
  const initializer = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return initializer && ts.isIdentifier(initializer) ? initializer.text : undefined;
}

/** @param {ts.Declaration} declaration @returns {PublicName['kind']} */
function kindOf(declaration) {
  if (ts.isClassDeclaration(declaration)) return 'class';
  if (!ts.isVariableDeclaration(declaration)) return 'function';
  const { initializer } = declaration;
  // A ufunc is what a function of that purpose makes of its row; `Uint8Array.of(...)` is a value like others.
  const made = initializer && ts.isCallExpression(initializer) && ts.isIdentifier(initializer.expression);
  return made ? 'function' : 'constant';
}

/** @returns {PublicName[]} every value that src/functions.ts exports, those of its namespaces too, in alphabetical order */
export function publicNames() {
  const { program, checker } = openProgram('src/functions.ts');
  const entry = /** @type {ts.SourceFile} */ (program.getSourceFile(join(ROOT, 'src/functions.ts')));
  const module = /** @type {ts.Symbol} */ (checker.getSymbolAtLocation(entry));
  return namesIn(module, '', checker).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * @param {ts.Symbol} module
 * @param {string} prefix the name of the namespace and a dot
 * @param {ts.TypeChecker} checker
 * @returns {PublicName[]}
 */
function namesIn(module, prefix, checker) {
  const exports = checker.getExportsOfModule(module);
  const declared = new Set(exports.map(({ name }) => name));
  return exports.flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const name = prefix + exported.name;
    if (symbol.flags & ts.SymbolFlags.ValueModule) return namesIn(symbol, `${name}.`, checker);
    if (!(symbol.flags & ts.SymbolFlags.Value)) return [];
    const renamed = symbol.name !== exported.name && declared.has(symbol.name) ? symbol.name : undefined;
    return [publicName(name, symbol, renamed, checker)];
  });
}

/**
 * @param {string} name
 * @param {ts.Symbol} symbol
 * @param {string | undefined} renamed the public name that it is exported under besides
 * @param {ts.TypeChecker} checker
 * @returns {PublicName}
 */
function publicName(name, symbol, renamed, checker) {
  const declarations = symbol.declarations ?? [];
  const [first] = /** @type {[ts.Declaration]} */ (declarations);
  const tags = declarations.flatMap((declaration) => ts.getJSDocTags(documented(declaration)));
  const [summary = ''] = ts.displayPartsToString(symbol.getDocumentationComment(checker)).split('\n\n');
  return {
    name,
    ...placeOf(first),
    kind: kindOf(first),
    summary: summary.replace(/\s+/g, ' ').trim(),
    hasExample: tags.some((tag) => tag.tagName.text === 'example'),
    aliasOf: aliasedName(first) ?? renamed,
  };
}

/**
 * @param {string} [root] a source file, from the root
 * @returns {Example[]} every `@example` in it and in the sources that it imports
 */
export function allExamples(root = 'src/index.ts') {
  const { program } = openProgram(root);
  /** @type {Example[]} */
  const examples = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    for (const part of node.getChildren()) {
      if (!ts.isJSDoc(part)) visit(part);
      else {
        for (const tag of part.tags ?? []) {
          if (tag.tagName.text === 'example') examples.push({ ...placeOf(tag), code: textOfTag(tag) });
        }
      }
    }
  };
  program
    .getSourceFiles()
    .filter(({ fileName }) => !fileName.includes('node_modules'))
    .forEach(visit);
  return examples;
}

/** @param {string} file @returns {string} the chapter that a file belongs to: its folder in src/np/, or the file itself */
function chapterOf(file) {
  const [, chapter = 'arrays'] = /^src\/np\/([^/.]+)/.exec(file) ?? [];
  return chapter === 'ufunc' ? 'ufuncs' : chapter;
}

/** @param {PublicName} name */
function entry({ name, file, summary, aliasOf }) {
  const text = aliasOf ? `Another name of \`${aliasOf}\`.` : summary.replace(/\{@link (\w+)\}/g, '`$1`');
  return `- [\`${name}\`](../${file}): ${text}`;
}

/** @returns {string} docs/api.md */
function index() {
  const names = publicNames();
  const chapters = [...new Set(names.map(({ file }) => chapterOf(file)))].sort();
  const sections = chapters.map((chapter) => {
    const entries = names.filter(({ file }) => chapterOf(file) === chapter).map(entry);
    return `## ${chapter}\n\n${entries.join('\n')}\n`;
  });
  return `# Functions\n\nMade from the sources by \`npm run docs\`.\n\n${sections.join('\n')}`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(ROOT, 'docs', 'api.md'), index());
