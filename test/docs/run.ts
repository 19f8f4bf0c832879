/**
 * Runs the example of a function's documentation and checks what it claims. A comment behind an expression states its value,
 * one behind a declaration the values of the names that it declares, `// a is ...` the value of a name, and `// throws X` an
 * error. Runs of white space count as one space.
 */
import * as np from 'numgrad';
import ts from 'typescript';

export interface Claim {
  readonly claimed: string;
  /** The texts that the claim may show. */
  readonly actual: readonly string[];
}

/**
 * Runs an example and gives what it claims beside what is true.
 *
 * @param names - what it may use.
 */
export async function claimsOf(
  code: string,
  names: Readonly<Record<string, unknown>> = { np },
): Promise<Claim[]> {
  const claims: Claim[] = [];
  const claim = async (claimed: string, actual: () => Promise<unknown[]>): Promise<void> => {
    claims.push({ claimed: oneLine(claimed), actual: await truth(actual) });
  };
  const scope = { ...names, claim, console: { log: () => undefined } };
  const AsyncFunction = claim.constructor as new (
    ...texts: string[]
  ) => (...values: unknown[]) => Promise<void>;
  await new AsyncFunction(...Object.keys(scope), instrumented(code))(...Object.values(scope));
  return claims;
}

/** The code in JavaScript, each claim turned into a call. */
function instrumented(code: string): string {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
  const program = source.statements.map((statement) => withClaim(statement, code)).join('\n');
  return ts.transpile(program, { target: ts.ScriptTarget.ES2022 });
}

function withClaim(statement: ts.Statement, code: string): string {
  const text = statement.getText();
  const [comment] = ts.getTrailingCommentRanges(code, statement.end) ?? [];
  if (!comment) return text;
  const claimed = code.slice(comment.pos, comment.end).replace(/^\/\/\s*/, '');
  const named = /^(\w+) is (.*)$/.exec(claimed);
  if (named) return `${text}\nawait claim(${JSON.stringify(named[2])}, async () => [${named[1]}]);`;
  if (ts.isExpressionStatement(statement)) {
    return `await claim(${JSON.stringify(claimed)}, async () => [${statement.expression.getText()}]);`;
  }
  return `${text}\nawait claim(${JSON.stringify(claimed)}, async () => [${declaredNames(statement).join(', ')}]);`;
}

function declaredNames(statement: ts.Statement): string[] {
  if (!ts.isVariableStatement(statement)) throw new Error(`no value is declared by ${statement.getText()}`);
  return statement.declarationList.declarations.flatMap(({ name }) =>
    ts.isIdentifier(name)
      ? [name.text]
      : name.elements.flatMap((element) => (ts.isBindingElement(element) ? [element.name.getText()] : [])),
  );
}

async function truth(actual: () => Promise<unknown[]>): Promise<string[]> {
  try {
    const values = await actual();
    return [String, np.array_repr].map((show) =>
      oneLine(values.map((value) => shown(value, show)).join(', ')),
    );
  } catch (error) {
    return [`throws ${(error as Error).name}`];
  }
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

/** A value as an example writes it: strings in quotes, lists in brackets, arrays as `show` shows them. */
function shown(value: unknown, show: (a: np.NDArray) => string): string {
  if (value instanceof np.NDArray) return show(value);
  if (Array.isArray(value)) return `[${value.map((item) => shown(item, show)).join(', ')}]`;
  if (typeof value === 'string') return `'${value}'`;
  return Object.is(value, -0) ? '-0' : String(value);
}
