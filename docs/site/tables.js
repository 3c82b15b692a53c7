// Each cell but the first of its row is told the heading of its column, for style.css.
for (const row of document.querySelectorAll("article tbody tr")) {
  const headings = row.closest("table").querySelectorAll("thead th");
  [...row.cells].forEach((cell, column) => {
    const label = headings[column]?.textContent.trim();
    if (column && label && cell.textContent.trim()) cell.dataset.label = label;
  });
}
