// Reads DMN files with dmn-moddle, and prints a JSON list of {file, warnings}.
import { readFile } from 'node:fs/promises';
import { DmnModdle } from 'dmn-moddle';

const answers = [];
for (const file of process.argv.slice(2)) {
  const { warnings } = await new DmnModdle().fromXML(await readFile(file, 'utf8'), 'dmn:Definitions');
  answers.push({ file, warnings: warnings.map((warning) => warning.message) });
}
console.log(JSON.stringify(answers));
