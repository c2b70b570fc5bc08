// Creates elements.

/** An element with a class, with attributes or properties, and with its children. */
function createElement(tag, className, properties = {}, ...children) {
  const created = document.createElement(tag);
  created.className = className;
  for (const [key, value] of Object.entries(properties)) {
    if (key in created) created[key] = value;
    else created.setAttribute(key, value);
  }
  created.append(...children);
  return created;
}

export { createElement };
