// Runs before anything is drawn, so that nobody sees the other theme for a moment. The rest of it is in src/theme/theme.ts.
(() => {
  let wish;
  try {
    wish = localStorage.getItem('auricle.theme');
  } catch {
    // Without storage the system's theme it is.
  }
  const isDark = wish ? wish === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
})();
