import { minify as compress } from 'terser'

/** Makes a module that esbuild has minified smaller still. */
export async function minify(text) {
  const { code } = await compress(text, {
    module: true,
    ecma: 2022,
    compress: {
      passes: 4,
      // Functions stay as they are: brotli stores what repeats once, and engines inline what is hot.
      inline: 0,
      reduce_funcs: false,
      hoist_funs: true,
      // No method is called as a constructor, and no getter does more than answer.
      unsafe_arrows: true,
      unsafe_methods: true,
      pure_getters: true,
    },
  })
  return code
}
