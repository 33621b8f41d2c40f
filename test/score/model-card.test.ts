import { describe, expect, test } from 'vitest';
import { DEFAULT_MODEL, loadModel } from '../../src/job/load-model.ts';
import { answerPitfalls } from '../../src/score/answer-pitfalls.ts';
import { modelCardText } from '../../src/score/model-card-text.ts';
import type { ModelCard } from '../../src/score/model-card.ts';
import { knownWeaknesses } from '../../src/score/weaknesses.ts';

const { card } = loadModel(DEFAULT_MODEL).parts;
const random: ModelCard = { ...card, figures: { ...card.figures, split: 'random' } };

describe('a model card', () => {
  test('answers all ten pitfalls, in their order, from its own facts', () => {
    const pitfalls = answerPitfalls(card);
    expect(pitfalls.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const { answer } of pitfalls) expect(answer).not.toMatch(/NaN|undefined|null/);
    expect(pitfalls.find(({ name }) => name === 'Lab-only evaluation')!.state).toBe('open');
  });

  test('owns up to a random split: in its pitfalls, its weaknesses and its text', () => {
    const snooping = answerPitfalls(random).find(({ name }) => name === 'Data snooping')!;
    expect(snooping).toMatchObject({ state: 'open' });
    expect(snooping.answer).toMatch(/^Committed: the split is random/);
    expect(knownWeaknesses(random).join(' ')).toContain('do not hold on another network');
    expect(modelCardText(random)).toContain('**Random split**');
    expect(modelCardText(card)).not.toContain('**Random split**');
  });

  test('of a model of before, which says less, can still be shown', () => {
    const { run: _, checks: __, pitfalls: ___, weaknesses: ____, ...old } = card; // eslint-disable-line @typescript-eslint/no-unused-vars
    const { ranking: _r, confusion: _c, predictionSets: _p, ...figures } = card.figures; // eslint-disable-line @typescript-eslint/no-unused-vars
    const text = modelCardText({ ...old, figures });
    expect(text).toContain('## Figures');
    expect(text).not.toMatch(/NaN|undefined/);
    expect(text).not.toContain('## Ten pitfalls');
  });
});
