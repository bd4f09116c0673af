/* Photos (components/photo_input.html): previews, and shrunk to 1,600 px JPEG before they are sent. HEIC and AVIF that this
   browser cannot draw go as they are: the server can read them. The field's accept="image/*" has them too, and phones offer
   the camera for it, which some do not when it names kinds of files. */
(() => {
  "use strict";
  const { $, $$, on, say, texts, hold, release, cross } = window.ui, doc = document;
  const LONGEST = 1600, BIGGEST = 2400000, BIGGEST_AS_IS = 9000000, chosen = new WeakMap(); // file input → its files
  async function shrink(file) {
    try { return await draw(file); } catch (problem) {
      if (problem.message !== texts.photoType || !await isHeif(file)) throw problem;
      if (file.size > BIGGEST_AS_IS) throw new Error(texts.photoBig); // three of them are a form that is let through
      return file;
    }
  }
  async function isHeif(file) { // by its first bytes: names and types of chosen files are not to be relied on
    const head = await new Response(file.slice(4, 12)).text();
    return /^ftyp(hei|hev|mif1|msf1|avi[fs])/.test(head);
  }
  function draw(file) {
    return new Promise((resolve, reject) => {
      const picture = new Image(), source = URL.createObjectURL(file);
      picture.onerror = () => { URL.revokeObjectURL(source); reject(new Error(texts.photoType)); };
      picture.onload = () => {
        URL.revokeObjectURL(source);
        const scale = Math.min(1, LONGEST / Math.max(picture.naturalWidth, picture.naturalHeight));
        const canvas = doc.createElement("canvas");
        canvas.width = Math.round(picture.naturalWidth * scale);
        canvas.height = Math.round(picture.naturalHeight * scale);
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => {
          if (!blob) reject(new Error(texts.photoType));
          else if (blob.size > BIGGEST) reject(new Error(texts.photoBig));
          else resolve(new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }));
        }, "image/jpeg", 0.82);
      };
      picture.src = source;
    });
  }
  window.ui.shrink = shrink;
  function setFiles(input, files) {
    const data = new DataTransfer();
    files.forEach((file) => data.items.add(file));
    input.files = data.files;
    chosen.set(input, files);
  }
  function drawPhotos(box, input) {
    const grid = $(".photos", box), files = chosen.get(input) || [];
    $$(".photo", grid).forEach((old) => { URL.revokeObjectURL($("img", old).src); old.remove(); });
    files.forEach((file, index) => {
      const photo = doc.createElement("div"), image = new Image(), button = doc.createElement("button");
      photo.className = "photo";
      image.alt = file.name;
      image.onerror = () => { image.hidden = true; photo.prepend(file.name.slice(-18)); }; // it cannot be drawn: its name
      image.src = URL.createObjectURL(file);
      button.type = "button";
      button.setAttribute("aria-label", `${texts.photoRemove} ${index + 1}`);
      button.append(cross());
      button.addEventListener("click", () => { setFiles(input, files.filter((other) => other !== file)); drawPhotos(box, input); input.focus(); });
      photo.append(image, button);
      grid.insertBefore(photo, grid.lastElementChild);
    });
    grid.lastElementChild.hidden = files.length >= Number(box.dataset.photos);
  }
  on("change", "[data-photos] input[type=file]", async (event, input) => {
    const box = input.closest("[data-photos]"), most = Number(box.dataset.photos), error = $("[data-photo-error]", box);
    const tell = (text) => { $("span", error).textContent = text; error.hidden = !text; };
    const before = chosen.get(input) || [], files = most === 1 ? [] : before.slice();
    tell("");
    if (!input.files.length) return setFiles(input, before); // the chooser was cancelled
    if (input.form) hold(input, input.form);
    for (const file of Array.from(input.files)) {
      if (files.length >= most) { tell(say(texts.photoMany, most)); break; }
      try { files.push(await shrink(file)); } catch (problem) { tell(problem.message); }
    }
    setFiles(input, files);
    drawPhotos(box, input);
    release(input);
  });
  $$("[data-photos] input[type=file]").forEach((input) => input.files.length && input.dispatchEvent(new Event("change", { bubbles: true })));
})();
