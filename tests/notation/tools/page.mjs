// Writes a page that shows a BPMN or DMN file with bpmn-js or dmn-js, and says in its title how that went.
// Arguments: the file, the page to write.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const [file, page] = process.argv.slice(2);
const decision = file.endsWith('.dmn');
const dist = dirname(require.resolve(decision ? 'dmn-js/dist/dmn-viewer.production.min.js'
  : 'bpmn-js/dist/bpmn-viewer.production.min.js'));
const script = await readFile(join(dist, decision ? 'dmn-viewer.production.min.js' : 'bpmn-viewer.production.min.js'), 'utf8');
const sheets = decision
  ? ['diagram-js.css', 'dmn-js-shared.css', 'dmn-js-drd.css', 'dmn-js-decision-table.css']
  : ['diagram-js.css', 'bpmn-js.css'];
const styles = await Promise.all(sheets.map((sheet) => readFile(join(dist, 'assets', sheet), 'utf8')));
const xml = JSON.stringify(await readFile(file, 'utf8')).replaceAll('<', '\\u003c');
const open = decision
  ? `const viewer = new DmnJS({ container: '#canvas' });
     const { warnings } = await viewer.importXML(xml);
     const views = viewer.getViews();
     for (const view of views) await viewer.open(view);
     const shown = views.map((view) => view.type);
     await viewer.open(views.find((view) => view.type === (location.hash.slice(1) || 'drd')) ?? views[0]);
     const size = {};`
  : `const viewer = new BpmnJS({ container: '#canvas' });
     const { warnings } = await viewer.importXML(xml);
     const shown = viewer.get('elementRegistry').getAll().map((one) => one.type);
     const { inner: size } = viewer.get('canvas').viewbox();
     viewer.get('canvas').zoom('fit-viewport');`;
await writeFile(page, `<!doctype html><meta charset="utf-8"><style>${styles.join('\n')}
html, body, #canvas { height: 100%; margin: 0; }</style><div id="canvas"></div>
<script>
// dmn-js brings a build of Inferno that complains of itself.
const told = console.error;
console.error = (...words) => String(words[0]).includes('development build of Inferno') || told(...words);
</script>
<script>${script}</script>
<script type="module">
const xml = ${xml};
try {
  ${open}
  document.title = JSON.stringify({ warnings: warnings.map((one) => one.message), shown: shown.length, size });
} catch (error) { document.title = JSON.stringify({ error: error.message }); }
</script>`);
