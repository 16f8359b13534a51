// Before anything is painted: the colours that were chosen last.
try {
  const theme = localStorage.getItem("renkei.theme");
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // Storage is closed to us: the system's colours do.
}
