// Code weighs little in the search: a page that explains 429 comes before programs that have it in a line.
import { definePlugin } from "@astrojs/starlight/expressive-code";

const weight = "0.2";

export const searchWeight = definePlugin({
  name: "search-weight",
  hooks: {
    postprocessRenderedBlock({ renderData }) {
      renderData.blockAst.properties.dataPagefindWeight = weight;
    },
  },
});
