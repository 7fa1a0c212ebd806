import { z } from 'zod'

const training = z
  .strictObject({
    every: z
      .string()
      .regex(/^[1-9]\d{0,5}[mhd]$/)
      .describe('How often: a number of minutes, hours or days, such as 12h, 24h or 7d.'),
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .optional()
      .describe('Time of day (UTC) such as 03:30, where `every` is a number of days; 24h is one.'),
    data: z
      .array(z.string().min(1))
      .max(100)
      .default([])
      .describe('Files of outcomes to learn from beside rated calls; relative to this file.'),
    promote: z
      .enum(['if-better', 'never'])
      .default('if-better')
      .describe('Whether a version that is proven better goes into force by itself.'),
    max_extra_cost: z
      .number()
      .min(0)
      .max(100)
      .default(0.1)
      .describe('Share by which calls may cost more with a better version: 0.1 = 10 %.'),
  })
  .describe('Train by itself, in a process of its own. docs/train.md')

const duels = z.strictObject({
  share: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe(
      'Share of automatically routed calls that a second model answers too, behind the caller’s back.',
    ),
  judge: z.string().min(1).describe('Model that says which of the two answers is better.'),
  daily_budget: z
    .number()
    .positive()
    .describe(
      'USD a day (UTC) for second answers and the judge; when it is spent there are no more that day.',
    ),
})

/** The section `learn`: what is made of outcomes, and when. */
export const learnSchema = z.strictObject({
  online: z
    .boolean()
    .default(true)
    .describe(
      'true: ratings of answers move what is predicted of the models at once. false: only what `meritorder fit` learned does.',
    ),
  train: training.optional(),
  duels: duels
    .optional()
    .describe('Answers of two models to the same prompt, compared by a judge model. Default: none.'),
})
