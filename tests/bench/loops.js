/** Holds the last answer, because the compiler leaves out what nobody could read. */
export let kept

/** Loops that ask an evaluator: for one user, for many users in turn, and for all flags. */
export function openLoops({ one, many, asynchronous }, flag) {
  return asynchronous ? asynchronousLoops(one, many, flag) : synchronousLoops(one, many, flag)
}

function synchronousLoops(one, many, flag) {
  return {
    same([, input], count) {
      for (let index = 0; index < count; index++) kept = one(input, flag)
    },
    rotating(inputs, count) {
      let next = 0
      for (let index = 0; index < count; index++) {
        kept = one(inputs[next], flag)
        if (++next === inputs.length) next = 0
      }
    },
    many([, input], count) {
      for (let index = 0; index < count; index++) kept = many(input)
    },
  }
}

function asynchronousLoops(one, many, flag) {
  return {
    async same([, input], count) {
      for (let index = 0; index < count; index++) kept = await one(input, flag)
    },
    async rotating(inputs, count) {
      for (let index = 0; index < count; index++) kept = await one(inputs[index % inputs.length], flag)
    },
    async many([, input], count) {
      for (let index = 0; index < count; index++) kept = await many(input)
    },
  }
}
