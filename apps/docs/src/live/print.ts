/** Pages go to the printer in the light theme, whichever is on the screen: dark ground would cost ink, pale text be lost. */
export function printOnPaper(): void {
  const { dataset } = document.documentElement;
  let onScreen = dataset.theme;
  addEventListener("beforeprint", () => {
    onScreen = dataset.theme;
    dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    dataset.theme = onScreen;
  });
}
