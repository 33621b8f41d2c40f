/** Summaries that merge exactly: any grouping and order of adds and merges gives the same bytes. */
export { Activity } from './activity.ts';
export { BottomK, type ValueCodec } from './bottom-k.ts';
export { ContactTimes } from './contact-times.ts';
export { CategoryCounts } from './counts.ts';
export { DistinctCounter } from './distinct.ts';
export { DistinctTimes } from './distinct-times.ts';
export { entropy, normalisedEntropy } from './entropy.ts';
export { hashNumbers, hashText, HASH_LIMIT, HASH_SEED } from './hash.ts';
export { IntegerSum } from './integer-sum.ts';
export { LogHistogram } from './log-histogram.ts';
export { QuantileSketch } from './quantiles.ts';
export { TopShare } from './top-share.ts';
