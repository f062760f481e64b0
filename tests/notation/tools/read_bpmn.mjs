// Reads BPMN files with bpmn-moddle and lints them with bpmnlint's recommended rules; files for Camunda 8 also
// with Camunda's rules for the version that they name.
// Arguments: files. Prints a JSON list of {file, warnings, findings: [{rule, category, id, message}]}.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';

const require = createRequire(import.meta.url);
const { Linter } = require('bpmnlint');
const NodeResolver = require('bpmnlint/lib/resolver/node-resolver');
const zeebe = require('zeebe-bpmn-moddle/resources/zeebe.json');

// A rule of bpmnlint remembers what it has seen: every file gets a linter of its own.
const linterFor = (version) => new Linter({
  config: {
    extends: ['bpmnlint:recommended', ...version ? [`plugin:camunda-compat/camunda-cloud-${version}`] : []],
    // Only a warning: our tasks have no form to fill in, their steps are their documentation.
    rules: version ? { 'camunda-compat/user-task-definition': 'off' } : {}
  },
  resolver: new NodeResolver({ require })
});

const answers = [];
for (const file of process.argv.slice(2)) {
  const moddle = new BpmnModdle({ zeebe });
  const { rootElement, warnings } = await moddle.fromXML(await readFile(file, 'utf8'));
  const named = rootElement.$attrs['modeler:executionPlatformVersion'];
  const found = await linterFor(named?.split('.').slice(0, 2).join('-')).lint(rootElement);
  const findings = Object.entries(found).flatMap(([rule, reports]) =>
    reports.map(({ category, id, message }) => ({ rule, category, id, message })));
  answers.push({ file, warnings: warnings.map((warning) => warning.message), findings });
}
console.log(JSON.stringify(answers));
