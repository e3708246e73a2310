// Chooses the browser's time zone where nobody has chosen one, and says so.
for (const select of document.querySelectorAll("select[data-guess]")) {
  const chosen = history.state?.zone; // by who comes back to this page
  // browsers know India's zone by its old name
  const guessed = Intl.DateTimeFormat().resolvedOptions().timeZone?.replace("Calcutta", "Kolkata");
  const zone = chosen ?? guessed;
  const untouched = select.selectedOptions[0]?.defaultSelected;
  if (zone && untouched && zone !== select.value) {
    if (![...select.options].some((option) => option.value === zone)) {
      select.add(new Option(zone.replaceAll("_", " "), zone), 0);
    }
    select.value = zone;
    document.getElementById(select.dataset.guess).hidden = Boolean(chosen);
  }
  select.addEventListener("change", () => history.replaceState({ zone: select.value }, ""));
}
