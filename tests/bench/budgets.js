/**
 * What the figures must hold: each with a title, a limit, and how to read its figure from the results, undefined where it was not
 * measured. A figure at or below its limit meets it.
 */
export const budgets = [
  {
    title: 'one flag, fresh context, to the floor',
    limit: 1,
    read: ({ calls }) => calls?.['tidegate-fresh']?.same.toFloor,
  },
  {
    title: 'one flag, bound context, to the floor',
    limit: 0.5,
    read: ({ calls }) => calls?.['tidegate-bound']?.same.toFloor,
  },
  {
    title: 'all flags, fresh context, to the floor',
    limit: 0.6,
    read: ({ calls }) => calls?.['tidegate-fresh']?.many.toFloor,
  },
  {
    title: 'all flags, bound context, to the floor',
    limit: 0.6,
    read: ({ calls }) => calls?.['tidegate-bound']?.many.toFloor,
  },
  {
    title: '1,000 users to one user, fresh context',
    limit: 1.3,
    read: ({ calls }) => over(calls?.['tidegate-fresh']?.rotating, calls?.['tidegate-fresh']?.same),
  },
  {
    title: '1,000 users to one user, bound contexts',
    limit: 1.3,
    read: ({ calls }) => over(calls?.['tidegate-bound']?.rotating, calls?.['tidegate-bound']?.same),
  },
  {
    title: 'details() to value(), fresh context',
    limit: 1.5,
    read: ({ calls }) => over(calls?.['tidegate-details']?.same, calls?.['tidegate-fresh']?.same),
  },
  {
    title: 'details() to value(), bound context',
    limit: 1.5,
    read: ({ calls }) => over(calls?.['tidegate-bound-details']?.same, calls?.['tidegate-bound']?.same),
  },
  {
    title: 'bind() to a fresh evaluation',
    limit: 1,
    read: ({ calls }) => over(calls?.['tidegate-bind']?.same, calls?.['tidegate-fresh']?.same),
  },
  {
    title: 'first answer in Node, to GrowthBook',
    limit: 1,
    read: ({ start }) =>
      start && start.subjects['tidegate-fresh']?.firstAnswerMs / start.subjects.growthbook?.firstAnswerMs,
  },
  {
    title: 'first answer in Chromium, to GrowthBook',
    limit: 1,
    read: ({ browser }) => browser && browser.tidegate?.firstAnswerMs / browser.growthbook?.firstAnswerMs,
  },
  {
    title: 'heap and external, MB',
    limit: 1.3,
    read: ({ start }) => megabytes(start?.subjects['tidegate-fresh']),
  },
  {
    title: '10,000 flags to 10, one evaluation',
    limit: 1.2,
    read: ({ scale }) => {
      const at = (count) => scale?.find(({ flags }) => flags === count)
      return scale && at(10_000)?.sameToFloor / at(10)?.sameToFloor
    },
  },
  {
    title: '10,000 flags, memory to payload',
    limit: 3,
    read: ({ scale }) => scale?.find(({ flags }) => flags === 10_000)?.memoryToPayload,
  },
]

/** The budgets with their figures, and whether they are met; without those that were not measured. */
export function judge(results) {
  return budgets
    .map(({ title, limit, read }) => ({ title, limit, figure: read(results) }))
    .filter(({ figure }) => Number.isFinite(figure))
    .map((budget) => ({ ...budget, met: budget.figure <= budget.limit }))
}

export function megabytes(measured) {
  return measured && (measured.heapBytes + measured.externalBytes) / 1e6
}

/** The ratio of two figures, each of which is known as a ratio to the floor in the same passes. */
function over(one, other) {
  return one && other && one.toFloor / other.toFloor
}
