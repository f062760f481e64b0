// Works out FEEL with feelin. Reads one JSON a line: {expression, context, unary?}; answers a JSON a line.
// Texts {"date": "…"} and {"moment": "…"} in the context become dates and moments.
import { createInterface } from 'node:readline';
import { evaluate, unaryTest } from 'feelin';

function given(value) {
  if (Array.isArray(value)) return value.map(given);
  if (value !== null && typeof value === 'object') {
    if ('@date' in value) return evaluate(`date("${value['@date']}")`, {}).value;
    if ('@moment' in value) return evaluate(`date and time("${value['@moment']}")`, {}).value;
    if ('@duration' in value) return evaluate(`duration("${value['@duration']}")`, {}).value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, given(one)]));
  }
  return value;
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    const { expression, context, unary } = JSON.parse(line);
    const { value } = (unary ? unaryTest : evaluate)(expression, given(context));
    console.log(JSON.stringify({ value: value === undefined ? null : value }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message) }));
  }
}
