/* The campus map: Leaflet on the campus's own drawing, no tiles, no inline script.

   <div class="map" id="m" data-map data-src="…/map.json?v=…" data-pins='[…]' data-route='{…}'></div>

   draws itself, now or when htmx brings it in. Further attributes: see templates/components/map.html.
   New data for a map that stays on the page while a fragment near it is swapped:

   <script type="application/json" data-map-for="m">{"pins": […], "route": {…}}</script>

   Pin:   {"kind": "pickup" | "dropoff" | "courier" | "place" | "alert", "lat", "lon", "label", "note", "id", "acc"}; within
          "acc" metres it is true
   Route: {"path": [[lat, lon]…], "stubs": [[[lat, lon], [lat, lon]]…]}; what the courier pin has passed turns grey.

   Events, on the element or above it: `map:pos` with detail {lat, lon, acc?, id?, note?, map?} moves the courier; so does
   `live:pos:<data-live-id>`. The element fires `map:ready`, and `map:picked` with {lat, lon} when it is a picker. */
(function () {
  "use strict";
  var L = window.L, maps = [], kept = {};
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  var english = (document.documentElement.lang || "").slice(0, 2) === "en";
  var KIND_ICON = {canteen: "utensils", library: "book-open", gate: "door-open", parcel_station: "package", shop: "store",
    sport: "trophy", relay_station: "warehouse", teaching: "graduation-cap", dorm: "home", office: "building"};
  // Things in one step of drawing, and how long a slice of steps takes; a slow phone does a step in ten times that.
  var PART = 40, SLICE_MS = 6;
  // Who keeps its label when two would overlap.
  var RANK = ["canteen", "library", "parcel_station", "relay_station", "gate", "sport", "teaching", "dorm", "shop", "office", "other"];

  function json(text, fallback) {
    try { return text ? JSON.parse(text) : fallback; } catch (e) { return fallback; }
  }
  function node(tag, css, text) {
    var el = document.createElement(tag);
    if (css) el.className = css;
    if (text) el.textContent = text;
    return el;
  }
  function icon(sprite, name) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS(svg.namespaceURI, "use");
    svg.setAttribute("class", "i");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", sprite + "#" + name);
    svg.appendChild(use);
    return svg;
  }
  // GeoJSON of the steps in which it travels: campus/packing.py.
  function unpacked(base) {
    function corners(steps) {
      var x = 0, y = 0, line = [];
      for (var i = 0; i < steps.length; i += 2) line.push([base.at[0] + (x += steps[i]) / base.unit, base.at[1] + (y += steps[i + 1]) / base.unit]);
      return line;
    }
    return base.features.map(function (f) {
      var c = f.g === "Polygon" ? f.c.map(corners) : corners(f.c);
      return {type: "Feature", properties: f, geometry: {type: f.g, coordinates: f.g === "Point" ? c[0] : c}};
    });
  }
  function titled(thing) { return english && thing.name_en || thing.name; }
  // Do the steps one after the other, with the page's own work in between, until `ended`.
  function slices(steps, ended) {
    return new Promise(function (resolve) {
      (function go() {
        var until = performance.now() + SLICE_MS;
        while (steps.length && !ended() && performance.now() < until) steps.shift()();
        if (steps.length && !ended()) setTimeout(go); else resolve();
      })();
    });
  }
  // Data of one campus is fetched once a page, however many maps show it.
  function fetched(src) {
    if (!kept[src]) {
      kept[src] = fetch(src, {credentials: "same-origin"}).then(function (r) {
        if (!r.ok) throw new Error(r.status);
        return r.json();
      }).then(function (data) {
        data.features = unpacked(data.base);
        return data;
      });
      kept[src].catch(function () { delete kept[src]; });
    }
    return kept[src];
  }

  function CampusMap(el) {
    this.el = el;
    this.id = el.id;
    this.pins = {};
    this.moved = false;
    this.pad = (el.dataset.pad || "64 36 40 36").split(" ").map(Number);
    this.build();
    this.load();
  }

  CampusMap.prototype = {
    build: function () {
      var self = this, el = this.el;
      this.map = L.map(el, {zoomControl: false, attributionControl: false, zoomSnap: .25, zoomDelta: .5, minZoom: 13, maxZoom: 20,
        wheelPxPerZoomLevel: 110, fadeAnimation: false, scrollWheelZoom: false, zoomAnimation: !calm.matches});
      this.map.setView([0, 0], 16, {animate: false});
      this.canvas = L.canvas({padding: .3}).addTo(this.map); // below the route, which may come first
      this.routes = L.layerGroup().addTo(this.map);
      this.labels = [];
      this.credit = node("div", "map-credit");
      el.appendChild(this.credit);
      this.buttons();
      // The wheel scrolls the page until the map has been touched.
      this.map.on("click focus dragstart", function () { self.map.scrollWheelZoom.enable(); });
      el.addEventListener("mouseleave", function () { self.map.scrollWheelZoom.disable(); });
      this.map.on("dragstart", function () { self.moved = true; });
      this.map.on("zoomend", function () { self.scale(); });
      this.map.on("moveend resize", function () { self.lean(); });
      // The element may have no size yet (a tab, Unfold's layout), or get another one.
      var size = "";
      function sized() {
        var now = el.clientWidth + "x" + el.clientHeight;
        if (now === size || !el.clientWidth || !el.clientHeight) return;
        size = now;
        self.map.invalidateSize({animate: false});
        if (!self.moved) self.fit(false);
      }
      if (window.ResizeObserver) new ResizeObserver(sized).observe(el);
      sized();
      function follow(event) { self.position(event.detail || {}); }
      el.addEventListener("map:pos", follow);
      if (el.dataset.liveId) {
        document.body.addEventListener("live:pos:" + el.dataset.liveId, function (event) {
          if (document.contains(el)) follow(event);
        });
      }
      if (el.dataset.pick) this.picker();
    },

    buttons: function () {
      var self = this, d = this.el.dataset, box = node("div", "map-buttons");
      function add(name, text, css, act) {
        if (!text) return;
        var b = node("button", "map-button " + css);
        b.type = "button";
        b.setAttribute("aria-label", text);
        b.title = text;
        b.appendChild(icon(d.icons, name));
        b.addEventListener("click", act);
        box.appendChild(b);
      }
      add("plus", d.textIn, "map-zoom", function () { self.moved = true; self.map.zoomIn(.75); });
      add("minus", d.textOut, "map-zoom", function () { self.moved = true; self.map.zoomOut(.75); });
      add("locate-fixed", d.textFit, "", function () { self.moved = false; self.fit(true); });
      L.DomEvent.disableClickPropagation(box);
      this.el.appendChild(box);
    },

    load: function () {
      var self = this, el = this.el;
      el.setAttribute("aria-busy", "true");
      fetched(el.dataset.src).then(function (data) {
        if (!document.contains(el)) return;
        self.data = data;
        // Pins, route and view first: each outline is then placed once, and what a person looks for is there at once.
        self.set({pins: json(el.dataset.pins, []), route: json(el.dataset.route, null)});
        feed(document);
        return self.paint();
      }).then(function () {
        el.removeAttribute("aria-busy");
        if (document.contains(el)) el.dispatchEvent(new CustomEvent("map:ready", {bubbles: true}));
      }).catch(function () { self.failed(); });
    },

    failed: function () {
      var self = this, b = node("button", "map-failed btn", this.el.dataset.textError);
      b.type = "button";
      this.el.removeAttribute("aria-busy");
      b.addEventListener("click", function () { b.remove(); self.load(); });
      this.el.appendChild(b);
    },

    // -- The drawing --------------------------------------------------------------------------------------

    colours: function () {
      var css = getComputedStyle(this.el), c = {};
      ["ground", "campus", "edge", "green", "wood", "tree", "water", "shore", "pitch", "track", "court", "mark", "plaza", "street", "road", "casing", "path",
        "rail", "house", "wall", "shade", "dorm", "canteen", "teaching", "library", "shop", "sport", "office", "parcel", "relay"].forEach(function (name) {
        c[name] = css.getPropertyValue("--map-" + name).trim();
      });
      return c;
    },

    // In slices, so that a press or a scroll meanwhile is answered. The promise is kept when all is drawn.
    paint: function () {
      var self = this, by = {}, layers = this.layers = [], steps = [], c = this.colours();
      if (this.drawn) this.drawn.remove();
      this.drawn = L.layerGroup().addTo(this.map);
      this.el.style.background = c.ground;
      this.data.features.forEach(function (f) { (by[f.properties.k] = by[f.properties.k] || []).push(f); });
      // `style` gets (properties, colours) and, for what has a width in metres, pixels per metre.
      function add(features, style) {
        inParts(features, function (part) {
          var m = self.pixelsPerMetre(), layer = L.geoJSON({type: "FeatureCollection", features: part}, {renderer: self.canvas, interactive: false,
            style: function (f) { return style(f.properties, c, m); }});
          layers.push([layer, style]);
          self.drawn.addLayer(layer);
        });
      }
      function inParts(things, act) {
        for (var i = 0; things && i < things.length; i += PART) steps.push(act.bind(null, things.slice(i, i + PART)));
      }
      function fill(name, line) {
        return function (p, c) {
          return {stroke: !!line, color: line && c[line], weight: 1, fill: true, fillColor: c[name], fillOpacity: 1};
        };
      }
      function isLine(f) { return f.geometry.type === "LineString"; }
      function not(test) { return function (f) { return !test(f); }; }
      add(by.campus, function (p, c) { return {color: c.edge, weight: 1.5, dashArray: "6 5", fillColor: c.campus, fillOpacity: 1}; });
      add(by.green, fill("green"));
      add(by.wood, fill("wood"));
      add(by.pitch, function (p, c) {
        var fills = {track: c.track, field: c.pitch};
        return {color: c.mark, weight: p.t === "track" ? 1.5 : 1, fillColor: fills[p.t] || c.court, fillOpacity: 1};
      });
      add(by.plaza, fill("plaza", "edge"));
      add((by.water || []).filter(isLine), function (p, c, m) { return {color: c.water, weight: Math.max(1.5, (p.w || 6) * m), fill: false}; });
      add((by.water || []).filter(not(isLine)), function (p, c) { return {color: c.shore, weight: 1.5, fillColor: c.water, fillOpacity: 1}; });
      // An island lies in the water: woods and greens inside it are drawn again above.
      add(this.islands(by), fill("wood"));
      add(by.rail, function (p, c) { return {color: c.rail, weight: 1.5, dashArray: "7 4", fill: false}; });
      add(by.path, function (p, c, m) { return {color: c.path, weight: Math.min(3, Math.max(1, 2.2 * m)), dashArray: m > .5 ? "4 4" : "3 3", lineCap: "butt", fill: false}; });
      var roads = by.road || [];
      add(roads, function (p, c, m) { return {color: c.casing, weight: Math.max(2.5, (p.w || 6) * m + 2), fill: false}; });
      add(roads, function (p, c, m) { return {color: p.w > 11 ? c.street : c.road, weight: Math.max(1.5, (p.w || 6) * m), fill: false}; });
      add((by.building || []).map(shadow), fill("shade"));
      add(by.building, function (p, c) {
        var known = {parcel_station: c.parcel, relay_station: c.relay};
        return {color: c.wall, weight: 1, fillColor: known[p.t] || c[p.t] || c.house, fillOpacity: 1};
      });
      this.tree = [];
      inParts(this.trees(by.tree), function (part) {
        part.forEach(function (t) {
          self.grow(t, c, self.pixelsPerMetre());
          self.tree.push(t);
          self.drawn.addLayer(t);
        });
      });
      this.labels.forEach(function (l) { l.marker.remove(); });
      this.labels = [];
      inParts(this.names(by), function (part) { part.forEach(function (args) { self.label.apply(self, args); }); });
      return slices(steps, function () { return !document.contains(self.el); }).then(function () {
        self.labels.sort(function (a, b) { return a.rank - b.rank; });
        self.credit.textContent = self.data.attribution || "";
        self.credit.hidden = !self.data.attribution;
        self.arrange();
      });
    },

    islands: function (by) {
      var holes = [];
      (by.water || []).forEach(function (f) {
        if (f.geometry.type === "Polygon") holes = holes.concat(f.geometry.coordinates.slice(1));
      });
      return (by.wood || []).concat(by.green || []).filter(function (f) {
        var first = f.geometry.type === "Polygon" && f.geometry.coordinates[0][0];
        return first && holes.some(function (hole) { return hole.some(function (p) { return p[0] === first[0] && p[1] === first[1]; }); });
      });
    },

    trees: function (features) {
      var canvas = this.canvas, group = [];
      (features || []).forEach(function (f) {
        f.geometry.coordinates.forEach(function (p, i) {
          var tree = L.circleMarker([p[1], p[0]], {renderer: canvas, interactive: false, stroke: false, radius: 2});
          tree.grown = 2.6 + (i * 7 % 5) * .35;
          group.push(tree);
        });
      });
      return group;
    },

    grow: function (tree, c, m) {
      tree.setRadius(Math.max(.01, m < .35 ? .01 : tree.grown * m));
      tree.setStyle({fillColor: c.tree, fillOpacity: m < .35 ? 0 : .75});
    },

    restyle: function () {
      var self = this, c = this.colours(), m = this.pixelsPerMetre();
      this.el.style.background = c.ground;
      this.layers.forEach(function (entry) { entry[0].setStyle(function (f) { return entry[1](f.properties, c, m); }); });
      this.tree.forEach(function (t) { self.grow(t, c, m); });
      this.arrange();
      this.drawRoute();
    },

    scale: function () {
      for (var key in this.pins) this.doubt(this.pins[key]);
      if (this.layers) this.restyle();
    },

    pixelsPerMetre: function (lat) {
      lat = (lat === undefined ? this.data.center[0] : lat) * Math.PI / 180;
      return Math.pow(2, this.map.getZoom()) * 256 / (40075016 * Math.cos(lat));
    },

    // -- Names --------------------------------------------------------------------------------------------

    // What `label` is called with for each name.
    names: function (by) {
      var middle = {}, found;
      (by.building || []).concat(by.pitch || []).forEach(function (f) { if (f.properties.p) middle[f.properties.p] = centre(f); });
      found = this.data.places.map(function (place) {
        var shown = place.kind === "dorm" || place.kind === "teaching" ? "" : KIND_ICON[place.kind];
        return [middle[place.code] || place.at, titled(place), place.kind + (place.closed ? " is-closed" : ""), shown, RANK.indexOf(place.kind)];
      });
      (by.water || []).forEach(function (f) {
        if (f.properties.n && f.geometry.type === "Polygon") found.push([centre(f), english && f.properties.e || f.properties.n, "water", "", 3]);
      });
      return found;
    },

    label: function (at, text, css, symbol, rank) {
      var box = node("div", "map-label map-label-" + css);
      if (symbol) {
        var dot = node("span", "map-dot");
        dot.appendChild(icon(this.el.dataset.icons, symbol));
        box.appendChild(dot);
      }
      box.appendChild(node("span", "map-name", text));
      var marker = L.marker(at, {interactive: false, keyboard: false, icon: L.divIcon({className: "map-at", html: box, iconSize: [0, 0]})});
      marker.addTo(this.map);
      // A Chinese character is as wide as the type is high, a Latin letter about half of that.
      var width = 8;
      for (var i = 0; i < text.length; i++) width += text.charCodeAt(i) > 255 ? 11.5 : 6.2;
      this.labels.push({marker: marker, text: text, at: L.latLng(at), box: box, width: width, symbol: !!symbol, rank: rank < 0 ? 9 : rank});
    },

    // Hide the labels that would lie on another or under a pin; symbols stay longer than words.
    arrange: function () {
      if (!this.labels.length) return;
      var self = this, map = this.map, zoom = map.getZoom(), taken = [];
      function free(box) {
        return !taken.some(function (t) { return box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]; });
      }
      for (var key in this.pins) {
        var q = map.project(this.pins[key].marker.getLatLng(), zoom);
        taken.push([q.x - 18, q.y - 42, q.x + 18 + (this.pins[key].pin.label ? this.pins[key].pin.label.length * 12 : 0), q.y + 4]);
      }
      var named = Object.keys(this.pins).map(function (key) { return self.pins[key].pin.label; });
      this.labels.forEach(function (l) {
        if (named.indexOf(l.text) >= 0) { l.box.classList.add("is-hidden"); return; }
        var p = map.project(l.at, zoom), w = l.width / 2, top = l.symbol ? -11 : -8, bottom = l.symbol ? 27 : 8;
        var whole = [p.x - w, p.y + top, p.x + w, p.y + bottom], dot = [p.x - 11, p.y - 11, p.x + 11, p.y + 11];
        var words = zoom >= 15.25 && free(whole), sign = !words && l.symbol && zoom >= 14.5 && free(dot);
        if (words || sign) taken.push(words ? whole : dot);
        l.box.classList.toggle("is-hidden", !words && !sign);
        l.box.classList.toggle("is-sign", sign);
      });
    },

    // -- Pins and route -----------------------------------------------------------------------------------

    set: function (data) {
      var self = this;
      if (data.pins) {
        var seen = {};
        data.pins.forEach(function (pin, i) {
          if (pin.lat == null || pin.lon == null) return;
          var key = pin.id || pin.kind + (pin.kind === "courier" ? "" : i);
          seen[key] = true;
          self.pin(key, pin);
        });
        Object.keys(this.pins).forEach(function (key) {
          if (seen[key]) return;
          self.pins[key].marker.remove();
          delete self.pins[key];
        });
      }
      if ("route" in data) this.route = data.route;
      this.drawRoute();
      this.arrange();
      if (data.pins && !this.moved && this.data) this.fit(false);
    },

    pin: function (key, pin) {
      var known = this.pins[key], at = L.latLng(pin.lat, pin.lon);
      if (known && known.pin.kind === pin.kind) {
        known.pin = pin;
        this.dress(known);
        this.glide(known, at);
        return;
      }
      if (known) known.marker.remove();
      var d = this.el.dataset, box = node("div", "map-pin map-pin-" + pin.kind);
      var head = node("span", "map-pin-head");
      var text = pin.text || {pickup: d.textPickup, dropoff: d.textDropoff}[pin.kind];
      if (text) head.appendChild(node("b", "", text));
      else head.appendChild(icon(d.icons, {courier: "bike", alert: "triangle-alert"}[pin.kind] || "map-pin"));
      box.appendChild(head);
      var marker = L.marker(at, {keyboard: false, interactive: !!this.el.dataset.pick, draggable: !!this.el.dataset.pick,
        zIndexOffset: pin.kind === "courier" ? 2000 : 1000, icon: L.divIcon({className: "map-at", html: box, iconSize: [0, 0]})});
      marker.addTo(this.map);
      var made = this.pins[key] = {marker: marker, box: box, pin: pin};
      marker.on("move", function (event) { if (made.ring) made.ring.setLatLng(event.latlng); });
      marker.on("remove", function () { if (made.ring) made.ring.remove(); });
      this.dress(made);
    },

    // How exactly a phone knows its place: a circle under the pin.
    doubt: function (known) {
      if (!known.pin.acc) {
        if (known.ring) known.ring.remove();
        known.ring = null;
        return;
      }
      var at = known.marker.getLatLng();
      known.ring = known.ring || L.circleMarker(at, {interactive: false, weight: 1, className: "map-doubt"}).addTo(this.map);
      known.ring.setRadius(known.pin.acc * this.pixelsPerMetre(at.lat));
    },

    // What is written at a pin: its name, and a speech bubble whose figures stand out.
    dress: function (known) {
      var box = known.box, pin = known.pin;
      box.querySelectorAll(".map-pin-label, .map-bubble").forEach(function (old) { old.remove(); });
      this.doubt(known);
      if (pin.label) box.appendChild(node("span", "map-pin-label", pin.label));
      if (pin.note) {
        var bubble = node("span", "map-bubble");
        pin.note.split(/(\d+(?:[.:]\d+)*)/).forEach(function (part, i) {
          bubble.appendChild(i % 2 ? node("em", "", part) : document.createTextNode(part));
        });
        box.appendChild(bubble);
      }
      this.lean();
    },

    // Once for all pins that have just changed.
    lean: function () {
      var self = this;
      cancelAnimationFrame(this.leaning);
      this.leaning = requestAnimationFrame(function () { self.settle(); });
    },

    // Near the edge a bubble leans inwards, its tip staying over the pin, and a name goes to the pin's other side: also where
    // it would lie on another name or pin. Where there is no room on either side, or the same name stands at that very
    // point, it is left out.
    settle: function () {
      var map = this.map, frame = this.el.getBoundingClientRect(), pins = Object.values(this.pins), taken = [];
      // Boxes are [left, top, right, bottom], from the map's corner: where things will be, whatever is just moving.
      function at(known) { return map.latLngToContainerPoint(known.marker.getLatLng()); }
      function fits(box) { return box[0] >= 8 && box[2] <= frame.width - 4; }
      function free(box, own) {
        return !taken.some(function (t) {
          return t.own !== own && box[0] < t.box[2] && box[2] > t.box[0] && box[1] < t.box[3] && box[3] > t.box[1];
        });
      }
      pins.forEach(function (known) {
        var p = at(known), top = known.pin.kind === "courier" ? p.y - 16 : p.y - 40;
        taken.push({own: known, box: [p.x - 14, top, p.x + 14, top + 34]});
      });
      pins.forEach(function (known) {
        var label = known.box.querySelector(".map-pin-label"), p = at(known);
        if (!label) return;
        var sides = [[p.x + 20, p.x + 20 + label.offsetWidth], [p.x - 20 - label.offsetWidth, p.x - 20]].map(function (x) {
          return [x[0], p.y - 32, x[1], p.y - 32 + label.offsetHeight];
        });
        var twin = taken.some(function (t) { return t.text === label.textContent && t.at.distanceTo(p) < 4; });
        var room = sides.filter(fits), box = !twin && (room.length ? room : sides.slice(0, 1)).find(function (one) { return free(one, known); });
        label.classList.toggle("is-left", box === sides[1]);
        label.classList.toggle("is-hidden", !box);
        if (box) taken.push({box: box, text: label.textContent, at: p});
      });
      this.el.querySelectorAll(".map-bubble").forEach(function (bubble) {
        bubble.style.marginLeft = "0";
        var box = bubble.getBoundingClientRect(), room = box.width / 2 - 16;
        var by = Math.max(0, frame.left + 8 - box.left) - Math.max(0, box.right - frame.right + 8);
        by = Math.max(-room, Math.min(room, by));
        bubble.style.marginLeft = by + "px";
        bubble.style.setProperty("--lean", -by + "px");
      });
    },

    position: function (detail) {
      if (detail.map && detail.map !== this.id) return;
      var lat = Number(detail.lat), lon = Number(detail.lon), key = detail.id in this.pins ? detail.id : "courier";
      if (detail.lat == null || isNaN(lat) || isNaN(lon)) return;
      var known = this.pins[key];
      if (!known) {
        if (this.el.dataset.follow === undefined) return;
        this.pin(key, {kind: "courier", lat: lat, lon: lon, acc: detail.acc, note: detail.note});
        this.drawRoute();
        return;
      }
      known.pin.acc = detail.acc;
      this.doubt(known);
      if (detail.note !== undefined) { known.pin.note = detail.note; this.dress(known); }
      this.glide(known, L.latLng(lat, lon));
    },

    // Move a pin over the time since its last position, five seconds at most; far jumps are made at once.
    glide: function (known, to) {
      var self = this, from = known.marker.getLatLng(), far = from.distanceTo(to), now = performance.now();
      cancelAnimationFrame(known.frame);
      var lasts = Math.min(5000, Math.max(700, now - (known.since || now)));
      known.since = now;
      if (far < .5 || far > 400 || calm.matches || document.hidden) {
        known.marker.setLatLng(to);
        if (known.pin.kind === "courier") this.drawRoute();
        this.lean();
        return;
      }
      function step(time) {
        var t = Math.min(1, Math.max(0, (time - now) / lasts));
        known.marker.setLatLng([from.lat + (to.lat - from.lat) * t, from.lng + (to.lng - from.lng) * t]);
        if (known.pin.kind === "courier") self.drawRoute();
        if (t < 1) known.frame = requestAnimationFrame(step); else self.lean();
      }
      known.frame = requestAnimationFrame(step);
    },

    drawRoute: function () {
      var path = this.route && this.route.path, css = getComputedStyle(this.el);
      if (!path || path.length < 2) { this.routes.clearLayers(); this.lines = null; return; }
      var colour = css.getPropertyValue("--map-route").trim(), under = css.getPropertyValue("--map-route-under").trim(), past = css.getPropertyValue("--map-past").trim();
      if (!this.lines || this.lines.path !== path) {
        var svg = this.svg = this.svg || L.svg({padding: .6});
        var line = function (weight, extra) {
          return L.polyline([], Object.assign({renderer: svg, interactive: false, weight: weight, lineJoin: "round"}, extra));
        };
        this.routes.clearLayers();
        this.lines = {path: path, past: line(5), under: line(10), rest: line(6), stubs: line(4, {dashArray: "1 8", lineCap: "round"})};
        ["past", "under", "rest", "stubs"].forEach(function (name) { this.routes.addLayer(this.lines[name]); }, this);
        this.lines.stubs.setLatLngs(this.route.stubs || []);
      }
      var cut = this.passed(path);
      this.lines.past.setLatLngs(cut.before).setStyle({color: past});
      this.lines.under.setLatLngs(cut.after).setStyle({color: under});
      this.lines.rest.setLatLngs(cut.after).setStyle({color: colour});
      this.lines.stubs.setStyle({color: colour});
    },

    // Cut the route at the courier, when it is within 60 m of it.
    passed: function (path) {
      var pin = this.pins.courier, best = null;
      if (!pin) return {before: [], after: path};
      var at = pin.marker.getLatLng(), east = Math.cos(at.lat * Math.PI / 180);
      for (var i = 0; i + 1 < path.length; i++) {
        var ax = (path[i][1] - at.lng) * east, ay = path[i][0] - at.lat;
        var dx = (path[i + 1][1] - at.lng) * east - ax, dy = path[i + 1][0] - at.lat - ay, size = dx * dx + dy * dy;
        var t = size ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / size)) : 0;
        var off = Math.hypot(ax + t * dx, ay + t * dy) * 111195;
        if (!best || off < best.off) best = {i: i, t: t, off: off};
      }
      if (best.off > 60) return {before: [], after: path};
      var a = path[best.i], b = path[best.i + 1];
      var here = [a[0] + (b[0] - a[0]) * best.t, a[1] + (b[1] - a[1]) * best.t];
      return {before: path.slice(0, best.i + 1).concat([here]), after: [here].concat(path.slice(best.i + 1))};
    },

    // Show the route and the pins; without any, the campus.
    fit: function (animate) {
      if (!this.data) return;
      var points = (this.route && this.route.path || []).slice(), pad = this.pad;
      for (var key in this.pins) points.push(this.pins[key].marker.getLatLng());
      if (!points.length) {
        this.data.features.forEach(function (f) {
          if (f.properties.k === "campus") f.geometry.coordinates[0].forEach(function (p) { points.push([p[1], p[0]]); });
        });
        pad = [12, 12, 12, 12];
      }
      if (!points.length) this.data.places.forEach(function (p) { points.push(p.at); });
      if (!points.length) points.push(this.data.center);
      this.map.fitBounds(L.latLngBounds(points), {paddingTopLeft: [pad[3], pad[0]], paddingBottomRight: [pad[1], pad[2]],
        maxZoom: 17.75, animate: animate && !calm.matches});
    },

    show: function (pin) {
      this.moved = true;
      this.set({pins: [pin]});
      this.map.setView([pin.lat, pin.lon], Math.max(this.map.getZoom(), 17), {animate: !calm.matches});
    },

    // The page has let go of it. Leaflet ends a zoom a quarter of a second after it began, and fails on a map that is gone.
    leave: function () {
      var self = this;
      setTimeout(function () {
        cancelAnimationFrame(self.leaning);
        for (var key in self.pins) cancelAnimationFrame(self.pins[key].frame);
        self.map.remove();
      }, 300);
    },

    // In the admin: a click or a drag writes the position into two inputs, and typing there moves the pin.
    picker: function () {
      var self = this, inputs = this.el.dataset.pick.split(" ").map(function (id) { return document.getElementById(id); });
      if (!inputs[0] || !inputs[1]) return;
      function put(at) {
        inputs[0].value = at.lat.toFixed(6);
        inputs[1].value = at.lng.toFixed(6);
        self.moved = true;
        self.pin("pick", {kind: "place", lat: at.lat, lon: at.lng});
        self.arrange();
        bind();
        self.el.dispatchEvent(new CustomEvent("map:picked", {bubbles: true, detail: {lat: at.lat, lon: at.lng}}));
      }
      function bind() {
        var marker = self.pins.pick && self.pins.pick.marker;
        if (!marker || marker.bound) return;
        marker.bound = true;
        marker.on("dragend", function () { put(marker.getLatLng()); });
      }
      function typed() {
        var lat = parseFloat(inputs[0].value), lon = parseFloat(inputs[1].value);
        if (isNaN(lat) || isNaN(lon)) return;
        self.pin("pick", {kind: "place", lat: lat, lon: lon});
        bind();
      }
      this.map.on("click", function (event) { put(event.latlng); });
      inputs.forEach(function (input) { input.addEventListener("change", typed); });
      this.el.addEventListener("map:ready", bind);
    }
  };

  function centre(f) {
    var ring = f.geometry.coordinates[0], x = 0, y = 0, area = 0, ox = ring[0][0], oy = ring[0][1];
    for (var i = 0; i + 1 < ring.length; i++) {
      var ax = ring[i][0] - ox, ay = ring[i][1] - oy, bx = ring[i + 1][0] - ox, by = ring[i + 1][1] - oy, cross = ax * by - bx * ay;
      area += cross; x += (ax + bx) * cross; y += (ay + by) * cross;
    }
    return area ? [oy + y / (3 * area), ox + x / (3 * area)] : [oy, ox];
  }
  // A building's shadow: the same outline three metres to the south-east.
  function shadow(f) {
    return {type: "Feature", properties: f.properties, geometry: {type: f.geometry.type, coordinates: f.geometry.coordinates.map(function (ring) {
      return ring.map(function (p) { return [p[0] + 2.2e-5, p[1] - 2.2e-5]; });
    })}};
  }

  function find(id) { return maps.filter(function (m) { return m.id === id; })[0]; }

  // Draw new maps, forget those that htmx has taken away, hand out new data.
  function scan(root) {
    maps = maps.filter(function (m) {
      if (document.contains(m.el)) return true;
      m.leave();
      return false;
    });
    root.querySelectorAll("[data-map]").forEach(function (el) {
      if (!maps.some(function (m) { return m.el === el; })) maps.push(new CampusMap(el));
    });
    feed(root);
  }
  function feed(root) {
    root.querySelectorAll("script[data-map-for]").forEach(function (script) {
      var map = find(script.dataset.mapFor);
      if (!map || !map.data || script.fed) return;
      script.fed = true;
      map.set(json(script.textContent, {}));
    });
  }
  function start() {
    scan(document);
    document.body.addEventListener("htmx:load", function (event) {
      var el = event.detail.elt;
      scan(el && el.parentElement || document);
    });
    // `map:pos` on the document or the body reaches every map.
    [document, document.body].forEach(function (target) {
      target.addEventListener("map:pos", function (event) {
        if (event.target === target) maps.forEach(function (m) { m.position(event.detail || {}); });
      });
    });
    // A list beside a map: data-map-show='{"map": "id", "kind": "place", "lat": …, "lon": …, "label": …}'.
    document.addEventListener("click", function (event) {
      var button = event.target.closest && event.target.closest("[data-map-show]");
      if (!button) return;
      var pin = json(button.dataset.mapShow, {}), map = find(pin.map);
      if (!map || !map.data) return;
      document.querySelectorAll("[data-map-show][aria-pressed=true]").forEach(function (old) { old.setAttribute("aria-pressed", "false"); });
      button.setAttribute("aria-pressed", "true");
      map.show(pin);
      map.el.scrollIntoView({block: "nearest", behavior: calm.matches ? "auto" : "smooth"});
    });
    function repaint() { maps.forEach(function (m) { m.scale(); }); }
    var dark = window.matchMedia("(prefers-color-scheme: dark)");
    if (dark.addEventListener) dark.addEventListener("change", repaint);
    new MutationObserver(repaint).observe(document.documentElement, {attributes: true, attributeFilter: ["class", "data-theme"]});
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
