import { alpacaEval } from './alpaca-eval.ts'
import { helicone, liteLlm } from './call-logs.ts'
import { chatbotArena } from './chatbot-arena.ts'
import type { Importer } from './importer.ts'
import { langfuse } from './langfuse.ts'
import { openAiEvals } from './openai-evals.ts'
import { plainComparisons, plainOutcomes } from './plain.ts'
import { pulze } from './pulze.ts'
import { notDiamond, routeLlm, routerBench } from './wide-tables.ts'

/** Every tool whose files can be imported. */
export const IMPORTERS: readonly Importer[] = [
  plainOutcomes,
  plainComparisons,
  ...[alpacaEval, chatbotArena, helicone, langfuse, liteLlm],
  ...[notDiamond, openAiEvals, pulze, routeLlm, routerBench],
]
