import { posix } from 'node:path';
import ts from 'typescript';

/** A source file: its path from the project's folder, with forward slashes, and its text. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** One `import`, `export ... from` or `import()`. */
export interface ImportEdge {
  /** The path of the imported file where it is one of ours, else the package: `undici`, `@nestjs/common`, `node:fs`. */
  readonly target: string;
  /** Whether nothing of it is left at run time. */
  readonly typeOnly: boolean;
  /** What is imported by name at run time; `*` where that could be anything. */
  readonly names: readonly string[];
}

/** A source file as the rules see it. */
export interface SourceFacts {
  readonly path: string;
  readonly imports: readonly ImportEdge[];
  /** Whether it touches `process.env`, in any spelling. */
  readonly readsEnvironment: boolean;
  /** Whether it calls the global `fetch`. */
  readonly callsFetch: boolean;
  /** What the module itself can set anew at any time: its `let` and `var` outside functions. */
  readonly variables: readonly string[];
}

/** Reads what a file imports and touches, from its syntax tree: comments and strings do not count. */
export function readSource({ path, text }: SourceText): SourceFacts {
  const imports: ImportEdge[] = [];
  let readsEnvironment = false;
  let callsFetch = false;
  const add = (specifier: ts.Node | undefined, names: readonly string[]): void => {
    if (!specifier || !ts.isStringLiteral(specifier)) return;
    imports.push({ target: resolve(path, specifier.text), typeOnly: names.length === 0, names });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, namesIn(node.importClause));
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly ? [] : ['*']);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, []);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], ['*']);
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'fetch') {
      callsFetch = true;
    }
    if (isProcessEnvironment(node)) readsEnvironment = true;
    ts.forEachChild(node, visit);
  };
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  visit(source);
  return { path, imports, readsEnvironment, callsFetch, variables: variablesOf(source) };
}

function variablesOf(source: ts.SourceFile): readonly string[] {
  return source.statements
    .filter((it) => ts.isVariableStatement(it))
    .filter(({ declarationList: { flags } }) => (flags & ts.NodeFlags.BlockScoped) !== ts.NodeFlags.Const)
    .flatMap(({ declarationList }) => declarationList.declarations.map(({ name }) => name.getText()));
}

/** The names that an import brings in at run time; none for types. */
function namesIn(clause: ts.ImportClause | undefined): readonly string[] {
  if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
  const { namedBindings, name } = clause ?? {};
  // `import {} from` keeps the module's side effects, and so does an import without a clause.
  if (name || !namedBindings || !ts.isNamedImports(namedBindings) || namedBindings.elements.length === 0) return ['*'];
  return namedBindings.elements.filter((it) => !it.isTypeOnly).map((it) => (it.propertyName ?? it.name).text);
}

/** `process.env`, `process['env']`, `const { env } = process`, `import { env } from 'node:process'`. */
function isProcessEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return isProcess(node.expression) && node.name.text === 'env';
  if (ts.isElementAccessExpression(node)) {
    const { expression, argumentExpression } = node;
    return isProcess(expression) && ts.isStringLiteral(argumentExpression) && argumentExpression.text === 'env';
  }
  if (ts.isVariableDeclaration(node) && node.initializer && isProcess(node.initializer)) {
    return (
      ts.isObjectBindingPattern(node.name) &&
      node.name.elements.some((it) => (it.propertyName ?? it.name).getText() === 'env')
    );
  }
  if (ts.isImportSpecifier(node)) {
    const { moduleSpecifier } = node.parent.parent.parent;
    return (
      /^["'](node:)?process["']$/.test(moduleSpecifier.getText()) && (node.propertyName ?? node.name).text === 'env'
    );
  }
  return false;
}

function isProcess(node: ts.Expression): boolean {
  return ts.isIdentifier(node) && node.text === 'process';
}

function resolve(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
  if (specifier.startsWith('node:')) return specifier;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
