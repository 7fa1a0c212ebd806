import { isObject } from '../../json/is-object.ts'
import { comparedModels } from '../compared-models.ts'
import { contentId, contentText, messagesOf, numberOf, textOf, unpacked } from './cells.ts'
import type { ComparisonLine, Importer } from './importer.ts'
import { rowByRow } from './row-by-row.ts'

/**
 * Battles of Chatbot Arena, as lmsys and lmarena publish them: with `winner` and both conversations (the datasets
 * `chatbot_arena_conversations`, `arena-human-preference-55k`, `-100k`, `-140k`), or with `winner_model_a`,
 * `winner_model_b`, `winner_tie` and lists of turns (Kaggle's files).
 */
export const chatbotArena: Importer = {
  name: 'chatbot-arena',
  what: "battles of Chatbot Arena's public datasets",
  kind: 'comparisons',
  takes: [],
  lines: rowByRow(battle),
}

type Row = Readonly<Record<string, unknown>>

/** The line, or why there is none: it completes "each line …". */
function battle(row: Row): ComparisonLine | string {
  const models = comparedModels(row)
  if (typeof models === 'string') return models
  const [a, b] = models
  const winner = winnerOf(row)
  if (winner === undefined) return 'has no winner that is known'
  const said = turnsOf(row)
  const id = textOf(row.question_id) ?? textOf(row.conversation_id) ?? textOf(row.id) ?? numberOf(row.id)
  const language = textOf(row.language)
  return {
    ...(id !== undefined ? { id: String(id) } : said.prompt !== undefined && { id: contentId(said) }),
    model_a: a,
    model_b: b,
    winner,
    judge: textOf(row.judge) ?? 'person',
    ...said,
    ...(language !== undefined && { language: LANGUAGES.get(language.toLowerCase()) ?? language }),
  }
}

/** The datasets write languages out; these are three quarters of the battles. */
const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['english', 'en'],
  ['german', 'de'],
  ['french', 'fr'],
  ['spanish', 'es'],
  ['portuguese', 'pt'],
  ['italian', 'it'],
  ['russian', 'ru'],
  ['chinese', 'zh'],
  ['japanese', 'ja'],
  ['korean', 'ko'],
])

const WINNERS: ReadonlyMap<unknown, ComparisonLine['winner']> = new Map<unknown, ComparisonLine['winner']>([
  ['model_a', 'a'],
  ['model_b', 'b'],
  ['tie', 'tie'],
  ['tie (bothbad)', 'tie'],
  ['bothbad', 'tie'],
  ['both_bad', 'tie'],
])

function winnerOf(row: Row): ComparisonLine['winner'] | undefined {
  if (row.winner !== undefined) return WINNERS.get(row.winner)
  const said = [row.winner_model_a, row.winner_model_b, row.winner_tie].map(numberOf)
  const at = said.indexOf(1)
  return at < 0 || said.lastIndexOf(1) !== at ? undefined : (['a', 'b', 'tie'] as const)[at]
}

/** What was asked, all turns of it, and both last answers; empty where the row does not say. */
function turnsOf(row: Row): Pick<ComparisonLine, 'prompt' | 'response_a' | 'response_b'> {
  const a = conversation(row.conversation_a) ?? turns(row.response_a)
  const b = conversation(row.conversation_b) ?? turns(row.response_b)
  const prompt = a?.asked ?? turns(row.prompt)?.answer ?? textOf(row.prompt)
  if (prompt === undefined || a === undefined || b === undefined) return {}
  return { prompt, response_a: a.answer, response_b: b.answer }
}

interface Turns {
  readonly asked?: string
  readonly answer: string
}

function conversation(value: unknown): Turns | undefined {
  const messages = messagesOf(value)
  const answer = messages?.at(-1)
  if (messages === undefined || answer?.role !== 'assistant') return undefined
  const asked = messages.slice(0, -1).map(({ content }) => content)
  return { asked: asked.join('\n\n'), answer: answer.content }
}

/** Kaggle has a JSON list of turns in a text; null in it is a turn without words. */
function turns(value: unknown): Turns | undefined {
  const list = unpacked(value)
  if (!Array.isArray(list)) return typeof list === 'string' ? { answer: list } : undefined
  const said = list.map((turn: unknown) => (isObject(turn) ? contentText(turn.content) : turn))
  return { answer: said.filter((turn) => typeof turn === 'string').join('\n\n') }
}
