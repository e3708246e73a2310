// The link to a sample takes along what is chosen in its form; never the address typed there.
for (const link of document.querySelectorAll("form a[data-sample]")) {
  const carry = () => {
    const all = [...new FormData(link.closest("form"))];
    link.search = new URLSearchParams(all.filter(([name]) => /^(topics|timezone)$/.test(name)));
  };
  link.addEventListener("click", carry);
  link.addEventListener("auxclick", carry);
}
