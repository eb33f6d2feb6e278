"use strict";
/* Draws the page from the JSON in #data. Texts only ever become text nodes and attributes. */
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("main");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let printing = false;

  // ---- small things

  /** An element: attributes by name, on... as listeners, then children: nodes or texts. */
  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) {
        node.addEventListener(name.slice(2), value);
      } else if (value !== null && value !== undefined && value !== false) {
        node.setAttribute(name, value === true ? "" : value);
      }
    }
    node.append(...children.flat().filter(child => child !== null && child !== undefined));
    return node;
  }

  /** A number for people, an en dash for none. Of those that JSON lacks there is the name. */
  function number(value, digits = 3) {
    if (value === null || value === undefined) {
      return "–";
    }
    if (!Number.isFinite(value)) {
      return String(value).replace("Infinity", "∞").replace(/-/g, "−");
    }
    const size = Math.abs(value);
    let text;
    if (value === 0) {
      text = "0";
    } else if (size >= 1e6 || size < 1e-4) {
      text = value.toExponential(digits - 1);
    } else if (size >= 1000 || Number.isInteger(value)) {
      text = Math.round(value).toLocaleString("en-US");
    } else {
      text = value.toFixed(Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
    }
    return text.replace(/-/g, "−");
  }

  /** Whether a value is a number, or the name of one that JSON lacks. */
  function isNumber(value) {
    return typeof value === "number" || ["NaN", "Infinity", "-Infinity"].includes(value);
  }

  function counted(count, noun) {
    return count === 1 ? "1 " + noun : number(count) + " " + noun + "s";
  }

  function distinct(values) {
    return [...new Set(values)];
  }

  function table(caption, heads, rows) {
    const numeric = heads.map((_, i) => rows.some(row => isNumber(row[i])));
    const cell = (value, i) =>
      numeric[i]
        ? el("td", { class: "number" }, number(value))
        : el("td", { class: String(value ?? "").length > 40 ? "text" : null }, value ?? "–");
    return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
      el("table", null,
        el("caption", null, el("span", null, caption)),
        el("thead", null, el("tr", null, heads.map((head, i) =>
          el("th", { scope: "col", class: numeric[i] ? "number" : null }, head)))),
        el("tbody", null, rows.map(row => el("tr", null, row.map(cell))))));
  }

  /** Tells those who hear the page; what a pointer passes over is only shown. */
  function say(text) {
    document.getElementById("said").textContent = text;
  }

  /** A labelled choice; calls back with the place of the chosen option. */
  function choice(label, options, chosen, change) {
    const select = el("select", { onchange: () => change(select.selectedIndex) },
      options.map(option => el("option", null, option)));
    select.selectedIndex = chosen;
    return el("label", null, label, select);
  }

  /** Puts other choices in their places; the keyboard stays where it was. */
  function setChoices(controls, labels) {
    const at = [...controls.children].findIndex(label => label.contains(document.activeElement));
    controls.replaceChildren(...labels.filter(label => label));
    controls.children[at]?.querySelector("select").focus();
  }

  // ---- colours

  // At least 4.5 : 1 against the page, on white and on black.
  const PALETTE = ["#1a6fb3", "#b84f00", "#0b7a5b", "#b04585", "#8a5e00", "#6a5dc4", "#656f79"];
  const PALE = ["#5aa9e6", "#ff8a3d", "#2fc79b", "#e58bbd", "#e0a52a", "#a79cf0", "#a3adb8"];
  const VIRIDIS = ["#440154", "#482576", "#414487", "#35608d", "#2a788e", "#21908c", "#22a884",
    "#43bf71", "#7ad151", "#bbdf27", "#fde725"]
    .map(hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16)));

  function viridis(t) {
    const at = Math.max(0, Math.min(1, t)) * (VIRIDIS.length - 1);
    const below = Math.min(Math.floor(at), VIRIDIS.length - 2);
    return VIRIDIS[below].map((c, i) => Math.round(c + (at - below) * (VIRIDIS[below + 1][i] - c)));
  }

  /** Of line i of n: from a palette, or of many in the order of the spectrum. */
  function lineColour(i, n) {
    const pale = dark.matches && !printing;
    if (n <= PALETTE.length) {
      return (pale ? PALE : PALETTE)[i];
    }
    return `hsl(${Math.round(265 - (230 * i) / (n - 1))} 65% ${pale ? 68 : 28}%)`;
  }

  // ---- charts

  const charts = [];
  Chart.defaults.animation = false;
  Chart.defaults.maintainAspectRatio = false;
  Chart.defaults.font.family = "system-ui, sans-serif";
  Chart.defaults.elements.point.radius = 2;
  Chart.defaults.elements.line.borderWidth = 2;

  /** Takes the colours of the page, and passes them on to charts that are there. */
  function theme() {
    const light = printing || !dark.matches;
    Chart.defaults.color = light ? "#1b1f24" : "#e6e9ed";
    Chart.defaults.borderColor = light ? "#d4d9df" : "#3a424c";
    for (const chart of charts) {
      // Scales have copies of the defaults.
      for (const scale of Object.values(chart.options.scales)) {
        scale.ticks.color = scale.title.color = Chart.defaults.color;
        scale.grid.color = scale.border.color = Chart.defaults.borderColor;
      }
      chart.data.datasets.forEach((line, i) => {
        if (line.coloured) {
          line.borderColor = line.backgroundColor = lineColour(i, chart.data.datasets.length);
        } else if (line.shades) {
          line.backgroundColor = line.pointBackgroundColor = line.pointBorderColor = line.shades();
        }
      });
      chart.resize();
      chart.update("none");
    }
  }
  dark.addEventListener("change", theme);
  let closed = [];
  addEventListener("beforeprint", () => {
    printing = true;
    closed = [...main.querySelectorAll("details:not([open])")];
    closed.forEach(details => { details.open = true; });
    theme();
  });
  addEventListener("afterprint", () => {
    printing = false;
    closed.forEach(details => { details.open = false; });
    theme();
  });

  /** tall: true, or a height in rem. */
  function chartFigure(title, label, config, tall) {
    const canvas = el("canvas", { role: "img", "aria-label": label });
    const figure = el("figure", null,
      el("figcaption", null, title),
      el("div", { class: tall === true ? "chart tall" : "chart", style: tall > 1 ? `height: ${tall}rem` : null }, canvas));
    // Sizes are known only within the page.
    later.push(() => charts.push(new Chart(canvas, config)));
    return figure;
  }
  const later = [];
  function draw() {
    while (later.length) {
      later.shift()();
    }
  }

  /** Lines over numbers x: {title, values, notes}. */
  function lineChart(title, lines, x, options) {
    const many = lines.length > 12;
    const scale = options.scale || "linear";
    const named = options.names;
    const odd = lines.flatMap(line => line.values).filter(y => y !== null && !Number.isFinite(y)).length;
    const ends = x.length > 1 ? { min: x[0], max: x[x.length - 1] } : {};
    return chartFigure(title + (odd ? `; ${counted(odd, "value")} that are NaN or infinite are left out` : "")
      + (lines.length && x.length ? "" : "; there are no values"), `${title}: ${lines.slice(0, 6).map(line =>
      `${line.title} from ${number(line.values[0])} to ${number(line.values[line.values.length - 1])}`)
      .join("; ")}${lines.length > 6 ? " and so on" : ""}`, {
      type: "line",
      data: {
        datasets: lines.map((line, i) => ({
          label: line.title,
          coloured: true,
          notes: line.notes,
          clip: 8,
          borderColor: lineColour(i, lines.length),
          backgroundColor: lineColour(i, lines.length),
          borderWidth: many ? 1.2 : 2,
          pointRadius: many ? 1.5 : 3,
          data: line.values.map((y, k) => ({ x: x[k], y })).filter(point => Number.isFinite(point.y)),
        })),
      },
      options: {
        interaction: { mode: "nearest", axis: "xy", intersect: false },
        plugins: {
          legend: { display: !many && lines.length > 1, position: "bottom", labels: { boxWidth: 12 } },
          tooltip: { callbacks: {
            title: items => named ? `${options.x}: ${named[x.indexOf(items[0].raw.x)]}`
              : `${options.x}: ${number(items[0].raw.x)}`,
            label: item => `${item.dataset.label}: ${number(item.raw.y, 4)}`
              + (item.dataset.notes ? item.dataset.notes[x.indexOf(item.raw.x)] : ""),
          } },
        },
        scales: {
          x: { type: scale, ...ends, title: { display: true, text: options.x },
            ticks: named && scale === "linear" && options.equal
              ? { stepSize: 1, callback: value => named[value] ?? "" } : {} },
          y: { type: options.logarithmic ? "logarithmic" : "linear",
            min: options.min, max: options.max,
            title: { display: true, text: options.y } },
        },
      },
    }, options.tall);
  }

  // ---- heat maps

  /** Numbers of a packed matrix: null for none, -Infinity where it vanishes, Infinity. */
  function unpack(matrix) {
    const bytes = Uint8Array.from(atob(matrix.cells), c => c.charCodeAt(0));
    const levels = new DataView(bytes.buffer);
    const step = (matrix.largest - matrix.least) / 65532;
    return (row, column) => {
      const level = levels.getUint16(2 * (row * matrix.columns + column), true);
      return level === 65535 ? null : level === 65534 ? -Infinity : level === 65533 ? Infinity
        : matrix.least + level * step;
    };
  }

  /**
   * A heat map. down, across: {title, groups, sizes}; name(row, column) says what a cell is;
   * marked: [row, column] pairs to frame.
   */
  function heatMap(label, matrix, low, high, down, across, name, marked, meaning) {
    const value = unpack(matrix);
    const cell = Math.max(1, Math.floor(720 / Math.max(matrix.rows, matrix.columns)));
    const hint = "Point at a cell, or move with the arrow keys, for its value.";
    // Arrow keys are the map's own: an application tells readers of screens to pass them on.
    const canvas = el("canvas", { role: "application", "aria-roledescription": "heat map", tabindex: 0,
      "aria-label": `${label}. ${matrix.rows} by ${matrix.columns} cells; move with the arrow keys for their values`,
      width: matrix.columns * cell, height: matrix.rows * cell });
    const context = canvas.getContext("2d");
    for (let i = 0; i < matrix.rows; i++) {
      for (let j = 0; j < matrix.columns; j++) {
        const v = value(i, j);
        context.fillStyle = v === null || v === Infinity ? "#888888"
          : `rgb(${viridis(high > low ? (v - low) / (high - low) : v === -Infinity ? 0 : 1).join(" ")})`;
        context.fillRect(j * cell, i * cell, cell, cell);
      }
    }
    for (const [i, j] of marked) {
      const width = Math.max(1, Math.round(cell / 20));
      for (const [colour, inset] of [["#ffffff", 0.5], ["#d1004b", 1.5]]) {
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.strokeRect(j * cell + inset * width, i * cell + inset * width,
          cell - 2 * inset * width, cell - 2 * inset * width);
      }
    }
    const readout = el("p", { class: "readout" }, hint);
    let at = [0, 0];
    const show = (i, j) => {
      at = [Math.max(0, Math.min(matrix.rows - 1, i)), Math.max(0, Math.min(matrix.columns - 1, j))];
      const v = value(...at);
      readout.textContent = `${name(...at)}: ${v === null ? "no number" : v === -Infinity ? "0, its logarithm is −∞" : number(v, 4)}`;
    };
    const point = event => {
      const box = canvas.getBoundingClientRect();
      show(Math.floor((event.clientY - box.top) / box.height * matrix.rows),
        Math.floor((event.clientX - box.left) / box.width * matrix.columns));
    };
    canvas.addEventListener("pointermove", point);
    canvas.addEventListener("pointerdown", point); // a finger that taps does not move
    canvas.addEventListener("keydown", event => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (step) {
        event.preventDefault();
        show(at[0] + step[0], at[1] + step[1]);
        say(readout.textContent);
      }
    });
    const names = side => side.groups.length > 30 ? [] : side.groups.map((group, i) =>
      el("span", { style: `flex-grow: ${side.sizes[i]}`, title: group }, group));
    return el("figure", null,
      el("div", { class: "heat" },
        el("div", { class: "down" }, names(down)), canvas,
        el("div", { class: "across" }, names(across)),
        el("div", { class: "axis" }, `down: ${down.title}; across: ${across.title}`)),
      el("div", { class: "scale" }, number(low),
        el("i", { style: `background: linear-gradient(to right, ${VIRIDIS.map(c => `rgb(${c.join(" ")})`).join(", ")})` }),
        number(high), el("span", { class: "faint" }, meaning)),
      readout);
  }

  // ---- pictures

  function picture(source, alt) {
    return el("img", { src: source, alt });
  }

  /** Thumbnails and a list to choose an image by. */
  function imageChooser(items, change) {
    let chosen = 0;
    const buttons = items.map((item, i) => item.picture
      ? el("button", { type: "button", title: item.id, "aria-pressed": String(i === 0),
        onclick: () => choose(i) }, picture(item.picture, item.id)) : null);
    const label = choice("Image", items.map(item => item.id), 0, i => choose(i));
    function choose(i) {
      buttons[chosen]?.setAttribute("aria-pressed", "false");
      buttons[i]?.setAttribute("aria-pressed", "true");
      label.querySelector("select").selectedIndex = i;
      chosen = i;
      change(i);
      say(`${items[i].id} is shown`);
    }
    return { label, strip: el("div", { class: "strip", role: "group", "aria-label": "Images" }, buttons) };
  }

  /** How many images there are, and how many are here. */
  function sample(section) {
    const shown = section.items.length;
    const cut = section.items.some(item => item.count > item.rows.length);
    return (shown < section.images
      ? `${number(shown)} of ${number(section.images)} images are in this page, at equal distances in the set`
      : `All ${counted(section.images, "image")}`)
      + (cut ? `; of each the first ${number(section.most)} rows` : "") + ".";
  }

  function pullbacks(section, body) {
    if (!section.items.length) {
      body.append(el("p", null, "No image could be used."));
      return;
    }
    const styles = { rgb: "of the channels", diverging: "of their sum, blue < 0 < red" };
    body.append(el("p", { class: "faint" }, sample(section)
      + " Each picture is scaled by its own extremes, which its text names."
      + (section.stored ? "" : " The run kept no pullbacks, only their numbers (--store none).")));
    const state = { image: 0, target: 0, kind: 0, style: 0 };
    const shown = el("div", { class: "pictures" });
    const controls = el("div", { class: "controls" });
    const chooser = imageChooser(section.items, i => { state.image = i; render(); });
    function render() {
      const item = section.items[state.image];
      const targets = distinct(item.rows.map(row => row.target));
      const kinds = distinct(item.rows.filter(row => !row.gradient).map(row => row.kind));
      state.target = Math.min(state.target, targets.length - 1);
      state.kind = Math.min(state.kind, kinds.length);
      setChoices(controls, [chooser.label,
        choice("Class", targets, state.target, i => { state.target = i; render(); }),
        choice("Gate and temperature", kinds.length > 1 ? ["all", ...kinds] : kinds,
          kinds.length > 1 ? state.kind : 0, i => { state.kind = i; render(); }),
        section.stored ? choice("Colours", section.styles.map(style => styles[style]), state.style,
          i => { state.style = i; render(); }) : null]);
      const style = section.styles[state.style];
      const rows = item.rows.filter(row => row.target === targets[state.target]
        && (row.gradient || kinds.length < 2 || !state.kind || row.kind === kinds[state.kind - 1]));
      rows.sort((a, b) => b.gradient - a.gradient);
      const input = el("figure", null, item.picture ? picture(item.picture, "image " + item.id) : null,
        el("figcaption", null, el("b", null, "image"), el("br"), item.id,
          item.label ? [el("br"), "label: " + item.label] : null, item.missing ? [el("br"), item.missing] : null));
      shown.replaceChildren(input, ...rows.map(row => {
        const title = row.gradient ? "vanilla gradient" : "pullback, " + row.kind;
        return el("figure", null,
          row[style] ? picture(row[style], `${title} of ${item.id} for ${row.target}`) : null,
          el("figcaption", null, el("b", null, title), el("br"), `for ${row.target}`, el("br"),
            `logit ${number(row.logit)}` + (row.probability === null ? "" : `, probability ${number(row.probability)}`),
            el("br"), `norm ${number(row.norm)}`
              + (row.gradient || row.cosine === null ? "" : `, cosine to the gradient ${number(row.cosine)}`),
            row.missing ? [el("br"), row.missing] : null,
            row.low === undefined ? null : [el("br"), `values ${number(row.low)} to ${number(row.high)}`]));
      }));
    }
    render();
    body.append(chooser.strip, controls, shown);
  }

  function ascents(section, body) {
    if (!section.items.length) {
      body.append(el("p", null, "No image could be used."));
      return;
    }
    body.append(el("p", { class: "faint" }, sample(section)
      + ` ${counted(section.steps, "step")} of L2 norm ${number(Number(section.alpha))} within a ball of radius ${
        number(Number(section.eps))}. Left where the walk led, right the difference to the image, scaled by itself.`));
    const state = { image: 0, target: 0, kind: 0 };
    const shown = el("div", { class: "pictures" });
    const curves = el("div", { class: "wide" });
    const controls = el("div", { class: "controls" });
    const chooser = imageChooser(section.items, i => { state.image = i; render(); });
    function render() {
      const item = section.items[state.image];
      const targets = distinct(item.rows.map(row => row.target));
      const kinds = distinct(item.rows.map(row => row.kind));
      state.target = Math.min(state.target, targets.length);
      state.kind = Math.min(state.kind, kinds.length);
      setChoices(controls, [chooser.label,
        choice("Class", ["all", ...targets], state.target, i => { state.target = i; render(); }),
        choice("Along", ["all", ...kinds], state.kind, i => { state.kind = i; render(); })]);
      const rows = item.rows.filter(row => (!state.target || row.target === targets[state.target - 1])
        && (!state.kind || row.kind === kinds[state.kind - 1]));
      shown.replaceChildren(
        el("figure", null, item.picture ? picture(item.picture, "image " + item.id) : null,
          el("figcaption", null, el("b", null, "image"), el("br"), item.id,
            item.label ? [el("br"), "label: " + item.label] : null, item.missing ? [el("br"), item.missing] : null)),
        ...rows.map(row => el("figure", { class: "pair" },
          row.missing ? null : [
            picture(row.reached, `where the walk along the ${row.kind} led from ${item.id} for ${row.target}`),
            picture(row.difference, "the difference to the image")],
          el("figcaption", null, el("b", null, row.target), el("br"), "along ", row.kind, el("br"),
            `logit ${number(row.logits[0])} → ${number(row.logits[row.logits.length - 1])}, difference's norm ${number(row.norm)}`,
            row.missing ? [el("br"), row.missing] : null))));
      for (const old of curves.querySelectorAll("canvas")) {
        const chart = Chart.getChart(old);
        charts.splice(charts.indexOf(chart), 1);
        chart.destroy();
      }
      curves.replaceChildren(lineChart(`Logits along the walks from ${item.id}`,
        rows.map(row => ({ title: `${row.target}, ${row.kind}`, values: row.logits })),
        rows.length ? rows[0].logits.map((_, i) => i) : [], { x: "step", y: "logit" }));
      if (curves.isConnected) {
        draw();
      }
    }
    render();
    body.append(chooser.strip, controls, shown, curves);
  }

  // ---- measures

  function measures(section, body) {
    if (!section.measures.length) {
      body.append(el("p", null, "No measure was taken: no image could be used."));
      return;
    }
    body.append(el("p", { class: "faint" }, `Means over ${counted(section.images, "image")}; bars are 95 % intervals. `
      + "The table has the difference to the gradient, image by image."));
    const directions = distinct(section.measures.flatMap(measure => measure.rows.map(row => row.direction)));
    const panels = section.measures.map(measure => {
      const name = measure.name.replace(/_/g, " ");
      const title = `${name} (${measure.higher ? "higher" : "lower"} is better)`;
      const label = `${title}: ${measure.rows.map(row => `${row.direction} ${number(row.mean)}`).join(", ")}`;
      const shades = () => measure.rows.map(row => lineColour(directions.indexOf(row.direction), directions.length));
      const colours = shades();
      const interval = row => !Number.isFinite(row.error) || !Number.isFinite(row.mean) ? null
        : [row.mean - 1.96 * row.error, row.mean + 1.96 * row.error];
      return chartFigure(title, label, {
        type: "bar",
        data: {
          labels: measure.rows.map(row => row.direction.split(", ")),
          datasets: [
            { type: "line", data: measure.rows.map(row => Number.isFinite(row.mean) ? row.mean : null), showLine: false, pointRadius: 5, shades,
              pointHoverRadius: 6, pointBackgroundColor: colours, pointBorderColor: colours },
            { data: measure.rows.map(interval), backgroundColor: colours, barThickness: 4, shades },
          ],
        },
        options: {
          indexAxis: "y",
          interaction: { mode: "index", axis: "y", intersect: false },
          scales: { x: { beginAtZero: false, grace: "8%" }, y: { ticks: { autoSkip: false } } },
          plugins: { legend: { display: false }, tooltip: { filter: item => item.datasetIndex === 0, callbacks: {
            title: items => items.length ? measure.rows[items[0].dataIndex].direction : "",
            label: item => {
              const row = measure.rows[item.dataIndex];
              return `${number(row.mean, 4)} ± ${number(Number.isFinite(row.error) ? 1.96 * row.error : row.error)}, ${counted(row.images, "image")}`;
            },
          } } },
        },
      }, Math.max(8, 3 + 3.5 * measure.rows.length));
    });
    body.append(el("div", { class: "charts" }, panels));
    const rows = section.measures.flatMap(measure => measure.rows.map(row => [
      measure.name + (measure.higher ? " +" : " −"), row.direction, row.mean, row.error,
      row.gradient ? null : row.difference,
      row.gradient || row.low === null ? "" : `${number(row.low)} to ${number(row.high)}`, row.images]));
    body.append(table("Measures: + higher is better, − lower; differences to the gradient with 95 % intervals",
      ["measure", "direction", "mean", "standard error", "difference", "95 % interval", "images"], rows));
  }

  // ---- stability

  function stability(section, body) {
    body.append(el("p", { class: "faint" }, `${counted(section.checkpoints.length, "checkpoint")}, ${
      counted(section.images, "image")}.`));
    body.append(el("h3", null, "Correlation of the logit with the one under another checkpoint’s gates"));
    const targets = distinct(section.maps.map(map => map.target));
    const gates = distinct(section.maps.map(map => map.gate));
    const state = { target: 0, gate: 0 };
    const shown = el("div");
    const controls = el("div", { class: "controls" },
      choice("Gates", gates, 0, i => { state.gate = i; render(); }),
      choice("Logit of", targets, 0, i => { state.target = i; render(); }));
    function render() {
      const map = section.maps.find(each => each.gate === gates[state.gate] && each.target === targets[state.target]);
      const marked = map.tPi.map((name, column) => [section.checkpoints.indexOf(name), column]).filter(([row]) => row >= 0);
      const last = map.tPi[map.tPi.length - 1];
      const low = map.matrix.least === null ? 0 : map.matrix.least;
      const value = unpack(map.matrix);
      const side = (title, names) => ({ title, groups: names, sizes: names.map(() => 1) });
      shown.replaceChildren(
        el("p", null, last === null
          ? `The correlation with the last column’s gates does not stay above ${section.threshold}.`
          : `Framed: t_π, from where on the correlation stays above ${section.threshold}. Under the gates of ${
            section.gatesFrom[section.gatesFrom.length - 1]} that is checkpoint ${last}.`),
        heatMap(`Correlations of the logit, ${map.gate}, ${map.target}; t_pi of the last gates: ${last ?? "none"}`,
          map.matrix, low, 1, side("weights from", section.checkpoints), side("gates from", section.gatesFrom),
          (i, j) => `weights of ${section.checkpoints[i]}, gates of ${section.gatesFrom[j]}`, marked, "Pearson correlation"),
        el("details", null, el("summary", null, "Numbers"),
          table("Correlations: a row for the weights, a column for the gates", ["weights", ...section.gatesFrom],
            section.checkpoints.map((name, i) => [name, ...section.gatesFrom.map((_, j) => value(i, j))]))));
    }
    render();
    body.append(controls, shown);
    const scale = section.scale === "LOG_STEPS" ? "logarithmic" : "linear";
    const options = { x: section.axis, names: section.checkpoints, scale, equal: section.scale === "NAMES" };
    const deviations = line => line.deviations.map(d => d === null ? "" : ` (standard deviation ${number(d)})`);
    const means = line => ({ title: line.title, values: line.means, notes: deviations(line) });
    body.append(
      el("div", { class: "wide" }, lineChart("Share of the gates that differ from the last checkpoint’s, by layer",
        section.flips.map(line => ({ title: line.layer, values: line.shares })), section.places,
        { ...options, y: "share of gates", tall: true, min: 0 })),
      section.flips.length > 12 ? el("p", { class: "faint" },
        `${section.flips.length} layers, from the first (violet) to the last (red); point at a line for its name.`) : "",
      el("div", { class: "charts" },
        lineChart("Correlation over all paths with the last checkpoint’s hard gates", section.paths.map(means),
          section.places, { ...options, y: "correlation" }),
        lineChart("Cosine with the last checkpoint’s direction", section.cosines.map(means), section.places,
          { ...options, y: "cosine" })));
  }

  // ---- kernels

  function gram(section, body) {
    body.append(el("p", { class: "faint" }, `${counted(section.images, "image")}, ${section.gates}, normalised to K(x, x) = 1.`
      + (section.tiles ? "" : " The run kept no tiles: means by class.")));
    const shown = el("div");
    const where = (side, cell) => {
      let group = 0;
      for (let left = cell; left >= side.sizes[group]; group++) {
        left -= side.sizes[group];
      }
      return side.ids.length ? `${side.ids[cell]} (${side.groups[group]})` : side.groups[group];
    };
    const render = i => {
      const map = section.maps[i];
      const title = side => side.groups.length > 1 ? "images by class" : "images";
      shown.replaceChildren(
        heatMap(`${map.title}, ${map.meaning}, images by class, from ${number(map.low)} to ${number(map.high)}`,
          map.matrix, map.low, map.high, { ...map.down, title: title(map.down) }, { ...map.across, title: title(map.across) },
          (i, j) => `${where(map.down, i)} and ${where(map.across, j)}`, [], map.meaning),
        el("p", { class: "faint" }, (map.low !== null && map.low > map.matrix.least
          ? `Colours begin at ${number(map.low)}, the 1 % quantile off the diagonal; smaller numbers have the same colour. ` : "")
          + (map.high !== null && map.high < map.matrix.largest
            ? `Colours end at ${number(map.high)}, the largest number off the diagonal; the diagonal has that colour, too. ` : "")
          + (map.together > 1 ? `A cell is the mean over up to ${map.together} x ${map.together} pairs of images. ` : "")
          + (map.negative > 0 ? `K is below 0 for ${number(100 * map.negative)} % of the pairs; its magnitude is shown.` : "")));
    };
    if (section.maps.length) {
      body.append(el("div", { class: "controls" }, choice("Kernel", section.maps.map(map => map.title), 0, render)), shown);
      render(0);
    } else {
      body.append(el("p", null, "There is no kernel to show."));
    }
  }

  function kernel(section, body) {
    body.append(el("p", { class: "faint" }, "Of the Gram in " + section.gram + "."));
    const columns = [["knn_accuracy_1", "1-NN"], ["knn_accuracy_5", "5-NN"], ["knn_accuracy_20", "20-NN"],
      ["alignment_label", "alignment, labels"], ["alignment_logit", "alignment, logits"], ["r_squared", "R squared"],
      ["argmax_agreement", "argmax"], ["median_off_diagonal", "median off the diagonal"]]
      .filter(([name]) => section.scores.some(each => name in each.values));
    body.append(!section.scores.length ? el("p", null, "There are no scores.") : table("How often the votes of the nearest images name the class, centred alignment, and a ridge regression of the network’s logits",
      ["kernel", ...columns.map(([, title]) => title)],
      section.scores.map(each => [each.kernel, ...columns.map(([name]) => each.values[name] ?? null)])));
    const most = Math.max(0, ...section.spectra.map(line => line.values.length));
    if (most) {
      body.append(el("div", { class: "wide" }, lineChart("Leading eigenvalues of the centred normalised kernels",
        section.spectra.map(line => ({ title: line.kernel, values: line.values.map(v => v > 0 ? v : null) })),
        Array.from({ length: most }, (_, i) => i + 1), { x: "rank", y: "eigenvalue", logarithmic: true, tall: true })));
    }
    if (section.neighbours?.length) {
      neighbours(section, body);
    }
  }

  /** Images beside their nearest neighbours. */
  function neighbours(section, body) {
    const source = image => section.pictures[image.picture] ?? null;
    const items = section.neighbours.map(query => ({ ...query, picture: source(query) }));
    const state = { image: 0, kernel: 0 };
    const shown = el("div");
    const controls = el("div", { class: "controls" });
    const chooser = imageChooser(items, i => { state.image = i; render(); });
    const one = (image, title, ...more) => el("figure", { class: image.other ? "other" : null },
      source(image) ? picture(source(image), `${title}: ${image.id}`) : null,
      el("figcaption", null, el("b", null, title), el("br"), image.id,
        image.label ? [el("br"), image.label] : null, more));
    function render() {
      const query = section.neighbours[state.image];
      const names = query.kernels.map(each => each.kernel);
      state.kernel = Math.min(state.kernel, names.length);
      setChoices(controls, [chooser.label,
        choice("By the kernel", ["all", ...names], state.kernel, i => { state.kernel = i; render(); })]);
      shown.replaceChildren(
        el("div", { class: "pictures small" }, one(query, "image")),
        ...query.kernels.filter(each => !state.kernel || each.kernel === names[state.kernel - 1]).map(each => [
          el("h4", null, each.kernel),
          el("div", { class: "pictures small" }, each.near.map((near, i) => one(near, `neighbour ${i + 1}`,
            near.other ? [" (another class)"] : [], el("br"),
            near.similarity === null ? "similarity undefined" : `similarity ${number(near.similarity)}`)))]).flat());
    }
    render();
    body.append(el("h3", null, "Nearest neighbours"),
      el("p", { class: "faint" }, `${counted(items.length, "image")} at equal distances in the set, with the nearest images by each kernel; framed: of another class.`),
      chooser.strip, controls, shown);
  }

  function calibrate(section, body) {
    if (!section.layers.length) {
      body.append(el("p", null, "No layer was measured: no image could be used."));
      return;
    }
    body.append(el("p", { class: "faint" }, `Pre-activations of ${counted(section.images, "image")}.`));
    const lines = section.shares.map((share, i) => ({ title: `quantile ${share}`, values: section.layers.map(layer => layer.quantiles[i]) }));
    body.append(el("div", { class: "wide" }, lineChart("Quantiles of the pre-activations, by layer",
      [...lines, { title: "standard deviation", values: section.layers.map(layer => layer.std) }],
      section.layers.map((_, i) => i),
      { x: "layer", y: "pre-activation", names: section.layers.map(layer => layer.layer), equal: true, tall: true })),
    el("details", null, el("summary", null, "Numbers"),
      table("Pre-activations by layer", ["layer", "mean", "standard deviation", ...section.shares.map(share => `quantile ${share}`)],
        section.layers.map(layer => [layer.layer, layer.mean, layer.std, ...layer.quantiles]))));
  }

  function training(section, body) {
    if (!section.checkpoints.length) {
      body.append(el("p", null, "No checkpoint was written."));
      return;
    }
    const steps = section.checkpoints.map(each => each.step);
    const last = section.checkpoints[section.checkpoints.length - 1];
    body.append(
      el("p", null, `After ${number(last.step)} steps ${number(100 * last.accuracy)} % of the held-out images are classified correctly.`),
      el("div", { class: "charts" },
        lineChart("Accuracy on the held-out images", [{ title: "accuracy", values: section.checkpoints.map(each => each.accuracy) }],
          steps, { x: "step", y: "accuracy", min: 0, max: 1 }),
        lineChart("Mean loss since the checkpoint before", [{ title: "loss", values: section.checkpoints.map(each => each.loss) }],
          steps, { x: "step", y: "loss", min: 0 })));
  }

  // ---- runs and errors

  function duration(seconds) {
    return seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s`
      : `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
  }

  /** How the SHA-256 of each weights file begins; of more than one the first and the last. */
  function hashes(run) {
    const all = (run.settings.weights_sha256 ?? "").split(",").filter(hash => hash);
    return (all.length > 2 ? [all[0], all[all.length - 1]] : all).map(hash => hash.slice(0, 8));
  }

  function runs(body) {
    body.append(table("Runs: images that were used, and how many a second of the whole run",
      ["command", "output", "model", "weights' SHA-256", "images", "errors", "took", "images/s"],
      data.runs.map(run => [run.command, run.input, run.settings.model ?? null, hashes(run).join(", ") || null,
        run.results, run.errors, run.seconds === null ? null : duration(run.seconds) + (run.resumed ? ", with a pause" : ""),
        run.rate])));
    for (const run of data.runs) {
      const settings = Object.entries(run.settings).map(([name, value]) => [name, String(value)]);
      const facts = [["version", run.version], ["commit", run.commit], ["start", run.start], ["end", run.end],
        ["precision", run.precision], ["device", run.device],
        ...run.machines.map(machine => ["machine", machine]),
        ...Object.entries(run.libraries).map(([name, version]) => [name, String(version)]),
        ...Object.entries(run.rows).map(([name, count]) => ["rows of " + name, number(count)])]
        .filter(([, value]) => value !== null);
      const weights = run.settings.weights_sha256;
      body.append(el("details", null, el("summary", null, `${run.command}: ${run.input}`),
        el("pre", null, run.commandLine),
        weights ? el("p", { class: "faint" }, "SHA-256 of the weights: ", el("code", null, weights)) : null,
        table(`Settings of ${run.command}, ${run.input}`, ["setting", "value"], settings),
        table(`Build and run of ${run.command}, ${run.input}`, ["what", "value"], facts)));
    }
  }

  function errors(body) {
    const rows = data.runs.flatMap(run => run.errorRows.map(error => [run.command, run.input, error.image, error.reason]));
    const all = data.runs.reduce((sum, run) => sum + run.errors, 0);
    body.append(...notices(data.runs.flatMap(run => run.notShown)));
    if (!all) {
      body.append(el("p", null, "Every image could be used."));
      return;
    }
    body.append(table(`${counted(all, "image")} could not be used` + (rows.length < all ? `; ${number(rows.length)} are shown` : ""),
      ["command", "output", "image", "why"], rows));
  }

  // ---- the page

  const kinds = {
    pullbacks: ["Pullbacks and gradients", pullbacks],
    ascend: ["Walks along pullbacks", ascents],
    measures: ["Measures", measures],
    stability: ["Gates over training", stability],
    gram: ["Kernels between images", gram],
    kernel: ["What kernels say", kernel],
    calibrate: ["Pre-activations", calibrate],
    "demo train": ["How the network learned", training],
  };
  const contents = document.getElementById("contents");

  function section(id, title, fill) {
    const body = el("section", { id, "aria-labelledby": id + "-title" }, el("h2", { id: id + "-title" }, title));
    const heading = body.firstChild;
    main.append(body);
    contents.append(el("li", null, el("a", { href: "#" + id }, title)));
    try {
      fill(body);
      draw();
    } catch (error) { // the other sections are drawn all the same
      later.length = 0;
      for (const chart of charts.filter(each => body.contains(each.canvas))) {
        charts.splice(charts.indexOf(chart), 1);
        chart.destroy();
      }
      const sentence = `${title} cannot be drawn: ${error.message}`;
      body.replaceChildren(heading, ...notices([sentence]));
      problem(sentence);
    }
  }

  /** Sentences on what is not in the page. */
  function notices(sentences) {
    return sentences.map(sentence => el("p", { class: "notice" }, sentence));
  }

  theme();
  if (data.reduced) {
    document.querySelector("header").append(...notices([data.reduced]));
  }
  section("runs", "What was run", runs);
  data.sections.forEach((each, i) => {
    const [title, fill] = kinds[each.kind];
    const several = data.sections.filter(other => other.kind === each.kind).length > 1;
    section(`part-${i}`, several ? `${title}: ${each.input}` : title, body => {
      body.append(...notices(each.failed ? [each.failed] : each.notShown));
      if (!each.failed) {
        fill(each, body);
      }
    });
  });
  section("errors", "Errors", errors);
  document.documentElement.dataset.ready = "true";
})();
