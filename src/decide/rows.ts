import type { CandidateTable } from './candidate-table.ts'

/** Rows of a table, ascending, so that those of one model stand together. Read only. */
export interface Rows {
  readonly endpoints: Int32Array
  /** The models among them; those of models[g] are endpoints[starts[g]] … endpoints[starts[g + 1] − 1]. */
  readonly models: Int32Array
  readonly starts: Int32Array
}

/** Room to write rows to. */
export function roomForRows(endpoints: number, models: number): Rows {
  return {
    endpoints: new Int32Array(endpoints),
    models: new Int32Array(models),
    starts: new Int32Array(models + 1),
  }
}

/**
 * Of the rows `from` … `to` − 1 those that a test leaves, by model.
 *
 * @param room where they are written; what is returned is part of it.
 */
export function takeRows(
  { model }: CandidateTable,
  from: number,
  to: number,
  leaves: (endpoint: number) => boolean,
  { endpoints, models, starts }: Rows,
): Rows {
  let count = 0
  let groups = 0
  let last = -1
  for (let e = from; e < to; e++) {
    if (!leaves(e)) continue
    const m = model[e]!
    if (m !== last) {
      models[groups] = m
      starts[groups++] = count
      last = m
    }
    endpoints[count++] = e
  }
  starts[groups] = count
  return partOf({ endpoints, models, starts }, count, groups)
}

/**
 * Of some rows those that two tests leave: one asked of each model, the other of each of its rows.
 *
 * @param room where they are written; may be where the rows are.
 */
export function filterRows(
  rows: Rows,
  leavesModel: (model: number, rows: number) => boolean,
  leaves: (endpoint: number) => boolean,
  { endpoints, models, starts }: Rows,
): Rows {
  let count = 0
  let groups = 0
  for (let g = 0, i = 0; g < rows.models.length; g++) {
    const end = rows.starts[g + 1]!
    const start = count
    if (leavesModel(rows.models[g]!, end - i)) {
      for (; i < end; i++) if (leaves(rows.endpoints[i]!)) endpoints[count++] = rows.endpoints[i]!
    }
    i = end
    if (count === start) continue
    models[groups] = rows.models[g]!
    starts[groups++] = start
  }
  starts[groups] = count
  return partOf({ endpoints, models, starts }, count, groups)
}

/** The rows of one model, which may have none. */
export function rowsOfModel(rows: Rows, model: number): Rows {
  const group = rows.models.indexOf(model)
  const endpoints =
    group < 0
      ? rows.endpoints.subarray(0, 0)
      : rows.endpoints.subarray(rows.starts[group], rows.starts[group + 1])
  return ofOneModel(endpoints, model)
}

/** Rows that are all of one model. */
export function ofOneModel(endpoints: Int32Array, model: number): Rows {
  const isEmpty = endpoints.length === 0
  return {
    endpoints,
    models: isEmpty ? new Int32Array(0) : Int32Array.of(model),
    starts: isEmpty ? new Int32Array(1) : Int32Array.of(0, endpoints.length),
  }
}

/** The first so many rows and groups of them. */
export function partOf({ endpoints, models, starts }: Rows, count: number, groups: number): Rows {
  return {
    endpoints: endpoints.subarray(0, count),
    models: models.subarray(0, groups),
    starts: starts.subarray(0, groups + 1),
  }
}
