// Makes elements.

/** An element with a class, attributes or properties, and what is in it. */
function piece(tag, name, properties = {}, ...inside) {
  const made = document.createElement(tag);
  made.className = name;
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...inside);
  return made;
}

export { piece };
