import { fileURLToPath } from "node:url";
import preact from "@astrojs/preact";
import starlight from "@astrojs/starlight";
import { repositoryAddress, siteAddress } from "@klingkit/spec/client";
import { defineConfig } from "astro/config";
import { scrollingTables, withoutTitles } from "./scripts/markdown.mjs";
import { apiPages, httpPages } from "./scripts/reference-pages.mjs";

const searchWindow = fileURLToPath(new URL("./src/search/search-window.ts", import.meta.url));

export default defineConfig({
  // The build and the local server must not ask anybody for anything.
  telemetry: false,
  devToolbar: { enabled: false },
  trailingSlash: "always",
  // Canonical addresses and the sitemap, once somebody owns an address.
  ...(siteAddress === "" ? {} : { site: siteAddress }),
  markdown: { rehypePlugins: [scrollingTables, withoutTitles] },
  integrations: [
    starlight({
      title: "klingkit",
      description: "Build on Kling video generation without spending a credit until you mean to.",
      favicon: "/favicon.svg",
      routeMiddleware: "./src/route-data.ts",
      customCss: ["./src/styles/fonts.css", "./src/styles/theme.css", "./src/styles/reference.css"],
      components: {
        Head: "./src/components/head.astro",
        PageTitle: "./src/components/page-title.astro",
        MarkdownContent: "./src/components/markdown-content.astro",
        Hero: "./src/components/hero.astro",
        SiteTitle: "./src/components/site-title.astro",
        Sidebar: "./src/components/sidebar.astro",
        Footer: "./src/components/footer.astro",
        SocialIcons: "./src/components/site-links.astro",
      },
      // Pages appear by themselves: put a file into the folder and order it with `sidebar.order`.
      sidebar: [
        { slug: "quick-start" },
        { slug: "playground" },
        { slug: "studio" },
        { label: "Questions", autogenerate: { directory: "answers" } },
        { label: "Recipes", autogenerate: { directory: "recipes" } },
        { label: "Concepts", autogenerate: { directory: "concepts" } },
        { label: "Guides", autogenerate: { directory: "guides" } },
        {
          label: "Reference",
          items: [
            { label: "Tables and tools", autogenerate: { directory: "reference" } },
            { label: "HTTP API", collapsed: true, items: httpPages },
            { label: "Client and simulator", collapsed: true, items: apiPages },
          ],
        },
        { slug: "scorecard" },
        { slug: "evidence" },
        { slug: "contributing" },
      ],
      ...(repositoryAddress === "" ? {} : { editLink: { baseUrl: `${repositoryAddress}/edit/main/apps/docs/` } }),
      lastUpdated: false,
      credits: false,
    }),
    preact(),
  ],
  vite: {
    // A page has many small stylesheets and scripts; fonts and pictures stay files, as the page's policy wants.
    build: { assetsInlineLimit: (file, content) => /\.(css|js)$/.test(file) && content.length < 8_192 },
    // Starlight's search asks for Pagefind's window by this name.
    resolve: { alias: [{ find: /^@pagefind\/default-ui$/, replacement: searchWindow }] },
    // It finds its own package.json beside it.
    ssr: { external: ["@klingkit/cli"] },
  },
});
