/** Every test of the project as a node beside the graph. */
import type { Diagnostic } from '../errors/diagnostic.js';
import type { SourceTexts } from '../errors/source-texts.js';
import type { Project } from '../project/types.js';
import type { CompiledNodes } from './compile-nodes.js';
import type { DeclaredTest } from './tests/check-test.js';
import { dataTests } from './tests/data-test.js';
import { datasetTests, describedTests } from './tests/declared.js';
import { knownTests } from './tests/known-tests.js';
import { singularTest } from './tests/singular.js';
import { folderSettings } from './tests/test-settings.js';
import { datasetUnitTests, modelUnitTests } from './tests/unit.js';
import type { TestNode, UnitTestNode } from './types.js';

export interface CompiledTests {
  /** In the order of the nodes that they belong to, singular ones last. */
  readonly tests: readonly TestNode[];
  readonly unitTests: readonly UnitTestNode[];
}

/**
 * The project's data tests and unit tests over nodes compiled before. A test with a mistake is reported and left out.
 */
export async function compileTests(
  project: Project,
  compiled: CompiledNodes,
  sources: SourceTexts,
  report: (diagnostic: Diagnostic) => void,
): Promise<CompiledTests> {
  const { nodes, names, datasets, files, rendered, templates, setting, sqlMacros: macros } = compiled;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const position = new Map(nodes.map((node, i) => [node.id, i]));

  const others = new Map([...project.seeds, ...project.snapshots].map((one) => [`gold.${one.name}`, one]));
  const folder = folderSettings(project.testDefaults);
  const declared = nodes
    .flatMap((node) => {
      const described = files.get(node.id)?.model ?? others.get(node.id);
      const ofDataset = node.kind === 'silver' ? datasetTests(node.dataset, datasets) : [];
      return described ? [...ofDataset, ...describedTests(node.id, described)] : ofDataset;
    })
    .map((test): DeclaredTest => {
      const name = test.node.slice(test.node.indexOf('.') + 1);
      return { ...test, folder: folder(test.config.at.file, name) };
    });
  const known = await knownTests(
    declared.map(({ config }) => config.test),
    project,
    templates,
    report,
  );
  const generic = dataTests(declared, {
    names,
    nodes: byId,
    known,
    render: setting,
    macros,
    sources,
    report,
  });
  const singular = project.singularTests.flatMap((test) => {
    const template = templates.byPath.get(test.path);
    return (template && singularTest(test, template, setting, macros, position, folder(test.path))) ?? [];
  });

  const ofDatasets = nodes.flatMap((node) =>
    node.kind === 'silver' ? datasetUnitTests(node.dataset, node) : [],
  );
  const ofModels = project.unitTests.flatMap((test) =>
    modelUnitTests(test, { names, nodes: byId, files, rendered, render: setting, macros }),
  );
  const unitTests = [...ofDatasets, ...ofModels];
  const first = new Map<string, UnitTestNode>();
  for (const test of unitTests) {
    const twin = first.get(test.id);
    if (!twin) first.set(test.id, test);
    else {
      const hint = `Rename one of them; the other stands in ${twin.at.file}:${twin.at.line}:${twin.at.col}`;
      report({
        code: 'LK4105',
        severity: 'error',
        message: `the unit test ${test.id} is declared twice`,
        at: test.at,
        hint,
      });
    }
  }
  return { tests: [...generic, ...singular], unitTests };
}
