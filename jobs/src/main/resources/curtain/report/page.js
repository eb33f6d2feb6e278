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

  function table({ caption, heads, rows, folded }) {
    const numeric = heads.map((_, i) => rows.some(row => isNumber(row[i])));
    const cell = (value, i) =>
      numeric[i]
        ? el("td", { class: "number" }, isNumber(value) || value === null ? number(value) : value)
        : el("td", { class: String(value ?? "").length > 40 ? "text" : null }, value ?? "–");
    const whole = el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
      el("table", null,
        el("caption", null, el("span", null, caption)),
        el("thead", null, el("tr", null, heads.map((head, i) =>
          el("th", { scope: "col", class: numeric[i] ? "number" : null }, head)))),
        el("tbody", null, rows.map(row => el("tr", null, row.map(cell))))));
    return folded ? el("details", null, el("summary", null, "Numbers"), whole) : whole;
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

  /** By its place in the palette, which repeats. */
  function colour(place) {
    return (dark.matches && !printing ? PALE : PALETTE)[place % PALETTE.length];
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
      for (const line of chart.data.datasets) {
        Object.assign(line, line.colours());
      }
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

  /** rem: the chart's height, else what its place gives it. */
  function chartFigure(title, label, config, rem) {
    const canvas = el("canvas", { role: "img", "aria-label": label });
    const figure = el("figure", null,
      el("figcaption", null, title),
      el("div", { class: "chart", style: rem ? `height: ${rem}rem` : null }, canvas));
    for (const line of config.data.datasets) {
      Object.assign(line, line.colours());
    }
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

  /** Puts other content into a node, and lets go of the charts that were there. */
  function replace(node, children) {
    for (const old of node.querySelectorAll(".chart canvas")) {
      const chart = Chart.getChart(old);
      charts.splice(charts.indexOf(chart), 1);
      chart.destroy();
    }
    node.replaceChildren(...children);
    if (node.isConnected) {
      draw();
    }
  }

  /** A scale that has the axis' range and ticks; those without room are left out. */
  function scale(axis) {
    const labels = new Map(axis.ticks.map(tick => [tick.value, tick.label]));
    return {
      type: axis.logarithmic ? "logarithmic" : "linear",
      min: axis.low,
      max: axis.high,
      title: { display: axis.title !== "", text: axis.title },
      afterBuildTicks: built => { built.ticks = axis.ticks.map(tick => ({ value: tick.value })); },
      ticks: { callback: value => labels.get(value) ?? "" },
    };
  }

  /** Of a number with an interval. */
  function interval(value, low, high) {
    return number(value, 4) + (Number.isFinite(low) && Number.isFinite(high) ? ` (${number(low)} to ${number(high)})` : "");
  }

  /** The places of a line's band, one list for each stretch without a gap. */
  function stretches({ x, low, high }) {
    const all = [[]];
    const there = edge => edge !== null && edge !== "NaN";
    x.forEach((_, k) => there(low[k]) && there(high[k]) ? all[all.length - 1].push(k) : all.push([]));
    return all.filter(places => places.length);
  }

  /** Pale areas around lines that have a lower and an upper edge, up to the ends of the axis. */
  const bands = {
    id: "bands",
    beforeDatasetsDraw: chart => {
      const { ctx, scales: { x, y }, chartArea: area } = chart;
      ctx.save();
      ctx.beginPath();
      ctx.rect(area.left, area.top, area.width, area.height);
      ctx.clip();
      ctx.globalAlpha = 0.18;
      chart.data.datasets.forEach(({ told: line, borderColor }, i) => {
        if (!line.low || !chart.isDatasetVisible(i)) {
          return;
        }
        // A logarithmic axis has no pixel for a number below 0.
        const to = (k, edge) => ctx.lineTo(x.getPixelForValue(line.x[k]),
          y.getPixelForValue(Math.max(y.min, Math.min(y.max, edge[k]))));
        ctx.fillStyle = borderColor;
        for (const places of stretches(line)) {
          ctx.beginPath();
          places.forEach(k => to(k, line.high));
          places.reverse().forEach(k => to(k, line.low));
          ctx.fill();
        }
      });
      ctx.restore();
    },
  };

  /** Lines are whole, and the shorter dashed the more often the colours have repeated. */
  function dash(round) {
    return round ? [16 / (1 + round), 4] : [];
  }

  function lineChart(chart) {
    const { heading, lines, across, up } = chart;
    const odd = lines.flatMap(line => line.y).filter(y => y !== null && !Number.isFinite(y)).length;
    const are = odd === 1 ? "is" : "are";
    const names = new Map(across.ticks.map(tick => [tick.value, tick.label]));
    return chartFigure(heading + (odd ? `; ${counted(odd, "value")} that ${are} NaN or infinite ${are} left out` : ""),
      `${heading}: ${lines.slice(0, 6).map(line => `${line.name || up.title} from ${number(line.y[0])} to ${
        number(line.y[line.y.length - 1])}`).join("; ")}${lines.length > 6 ? " and so on" : ""}`, {
        type: "line",
        data: {
          datasets: lines.map((line, i) => ({
            label: line.name,
            told: line,
            colours: () => ({ borderColor: colour(i), backgroundColor: colour(i) }),
            borderDash: dash(Math.floor(i / PALETTE.length)),
            clip: 8,
            pointRadius: line.x.length > 60 ? 0 : 3,
            data: line.x.map((x, k) => ({ x, y: Number.isFinite(line.y[k]) ? line.y[k] : null })),
          })),
        },
        options: {
          interaction: { mode: "nearest", axis: "xy", intersect: false },
          plugins: {
            legend: { display: lines.length > 1 && lines.length <= 12, position: "bottom", labels: { boxWidth: 24 } },
            tooltip: { callbacks: {
              title: items => `${across.title}: ${names.get(items[0].raw.x) ?? number(items[0].raw.x)}`,
              label: ({ dataset: { told: line }, dataIndex: k }) =>
                `${line.name || up.title}: ${interval(line.y[k], line.low?.[k], line.high?.[k])}`,
            } },
          },
          scales: { x: scale(across), y: scale(up) },
        },
        plugins: [bands],
      });
  }

  function intervalChart({ heading, across, points }) {
    const finite = value => Number.isFinite(value) ? value : null;
    const shades = () => points.map(point => colour(point.colour));
    const datasets = [
      { type: "line", data: points.map(point => finite(point.value)), showLine: false, pointRadius: 5, pointHoverRadius: 6,
        pointBorderWidth: 2, colours: () => ({ backgroundColor: shades(), pointBorderColor: shades(),
          pointBackgroundColor: shades().map((shade, i) => points[i].open ? "transparent" : shade) }) },
      { data: points.map(({ low, high }) => Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null), barThickness: 4,
        colours: () => ({ backgroundColor: shades() }) },
      ...points.filter(point => point.guide).map(guide => ({ type: "line", data: points.map(() => finite(guide.value)),
        borderWidth: 1, pointRadius: 0, pointHoverRadius: 0, colours: () => ({ borderColor: Chart.defaults.color }) })),
    ];
    return chartFigure(heading, `${heading} (${across.title}): ${points.map(point => `${point.name} ${number(point.value)}`).join(", ")}`, {
      type: "bar",
      data: { labels: points.map(point => point.name.split(", ")), datasets },
      options: {
        indexAxis: "y",
        interaction: { mode: "index", axis: "y", intersect: false },
        scales: { x: scale(across), y: { ticks: { autoSkip: false } } },
        plugins: { legend: { display: false }, tooltip: { filter: item => item.datasetIndex === 0, callbacks: {
          title: items => items.length ? points[items[0].dataIndex].name : "",
          label: ({ dataIndex: i }) => interval(points[i].value, points[i].low, points[i].high),
        } } },
      },
    }, Math.max(8, 4.5 + 3.5 * points.length));
  }

  // ---- heat maps

  /** A number that is known up to a step, without the digits that the step does not hold. */
  function known(value, step) {
    if (!step || !Number.isFinite(value)) {
      return number(value, 4);
    }
    const place = Math.ceil(Math.log10(step));
    const count = Math.round(value / 10 ** place);
    return number(Number(`${count}e${place}`), Math.min(4, String(Math.abs(count)).length));
  }

  /** The numbers of a matrix, and their step: null for none, -Infinity where it vanishes, Infinity. */
  function cellsOf(matrix) {
    const { numbers } = matrix;
    return numbers
      ? { value: (row, column) => numbers[row][column] === null ? null : Number(numbers[row][column]), step: 0 }
      : unpack(matrix);
  }

  function unpack(matrix) {
    const bytes = Uint8Array.from(atob(matrix.cells), c => c.charCodeAt(0));
    const levels = new DataView(bytes.buffer);
    const step = (matrix.largest - matrix.least) / 65532;
    const value = (row, column) => {
      const level = levels.getUint16(2 * (row * matrix.columns + column), true);
      return level === 65535 ? null : level === 65534 ? -Infinity : level === 65533 ? Infinity
        : matrix.least + level * step;
    };
    return { value, step };
  }

  function heatMap({ map: { heading, rows, columns, scale: { title, low, high, colours }, marked, marking, values: matrix } }) {
    const { value, step } = cellsOf(matrix);
    const most = colours.length - 1;
    const cell = Math.max(1, Math.floor(720 / Math.max(matrix.rows, matrix.columns)));
    // Arrow keys are the map's own: an application tells readers of screens to pass them on.
    const canvas = el("canvas", { role: "application", "aria-roledescription": "heat map", tabindex: 0,
      "aria-label": `${heading}. ${title}, ${matrix.rows} by ${matrix.columns} cells; move with the arrow keys for their values`,
      width: matrix.columns * cell, height: matrix.rows * cell });
    const context = canvas.getContext("2d");
    let grey = false;
    for (let i = 0; i < matrix.rows; i++) {
      for (let j = 0; j < matrix.columns; j++) {
        const v = value(i, j);
        grey ||= v === null;
        context.fillStyle = v === null ? "#888888"
          : colours[Math.round(most * Math.max(0, Math.min(1, (v - low) / (high - low))))];
        context.fillRect(j * cell, i * cell, cell, cell);
      }
    }
    for (const { row, column } of marked) {
      const width = Math.max(1, Math.round(cell / 20));
      for (const [colour, inset] of [["#ffffff", 0.5], ["#d1004b", 1.5]]) {
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.strokeRect(column * cell + inset * width, row * cell + inset * width,
          cell - 2 * inset * width, cell - 2 * inset * width);
      }
    }
    const readout = el("p", { class: "readout" }, "Point at a cell, or move with the arrow keys, for its value.");
    const name = (side, at) => side.cells[at] ?? side.bands.find(band => at < band.to).name;
    let at = [0, 0];
    const show = (i, j) => {
      at = [Math.max(0, Math.min(matrix.rows - 1, i)), Math.max(0, Math.min(matrix.columns - 1, j))];
      const v = value(...at);
      readout.textContent = `${name(rows, at[0])}, ${name(columns, at[1])}: ${
        v === null ? "no number" : v === -Infinity ? "0, its logarithm is −∞" : known(v, step)}`;
    };
    const point = event => {
      const box = canvas.getBoundingClientRect();
      show(Math.floor((event.clientY - box.top) / box.height * matrix.rows),
        Math.floor((event.clientX - box.left) / box.width * matrix.columns));
    };
    canvas.addEventListener("pointermove", point);
    canvas.addEventListener("pointerdown", point); // a finger that taps does not move
    canvas.addEventListener("keydown", event => {
      const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (move) {
        event.preventDefault();
        show(at[0] + move[0], at[1] + move[1]);
        say(readout.textContent);
      }
    });
    const names = side => side.bands.length > 30 ? [] : side.bands.map(band =>
      el("span", { style: `flex-grow: ${band.to - band.from}`, title: band.name }, band.name));
    const legend = [marked.length && `Framed: ${marking}.`, grey && "Grey: undefined."].filter(text => text).join(" ");
    return el("figure", null,
      el("figcaption", null, heading),
      el("div", { class: "heat" },
        el("div", { class: "down" }, names(rows)), canvas,
        el("div", { class: "across" }, names(columns)),
        el("div", { class: "axis" }, `down: ${rows.title}; across: ${columns.title}`)),
      el("div", { class: "scale" }, number(low),
        el("i", { style: `background: linear-gradient(to right, ${colours.join(", ")})` }),
        number(high), el("span", { class: "faint" }, title)),
      legend && el("p", { class: "faint" }, legend),
      readout,
      matrix.numbers ? table({ caption: `${heading}: down ${rows.title}, across ${columns.title}`, folded: true,
        heads: ["", ...columns.bands.map(band => band.name)],
        rows: rows.bands.map((band, i) => [band.name, ...columns.bands.map((_, j) => value(i, j))]) }) : null);
  }

  // ---- blocks

  /** Parts of which one is shown; the last choice's change first. */
  function alternatives({ options, parts }) {
    const state = options.map(() => 0);
    const shown = el("div");
    const render = () => replace(shown,
      blocks(parts[options.reduce((part, { names }, i) => part * names.length + state[i], 0)]));
    render();
    return [el("div", { class: "controls" }, options.map(({ label, names }, i) =>
      choice(label, names, 0, chosen => { state[i] = chosen; render(); }))), shown];
  }

  const beside = (charts, one) => el("div", { class: charts.length > 1 ? "charts" : "wide" }, charts.map(one));
  const drawn = {
    heading: block => el("h3", null, block.text),
    text: block => el("p", { class: "faint" }, block.text),
    lines: block => beside(block.charts, lineChart),
    intervals: block => beside(block.charts, intervalChart),
    heat: heatMap,
    table,
    choice: alternatives,
  };

  /** What a section is told to draw. */
  function blocks(told) {
    return told.flatMap(block => drawn[block.kind](block));
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

  /** A picture with lines of text below it, the first of them its title. */
  function pictured(source, alt, title, lines, attributes) {
    return el("figure", attributes, source ? picture(source, alt) : null,
      el("figcaption", null, el("b", null, title),
        lines.filter(line => line).flatMap(line => [el("br"), line])));
  }

  function theImage(item) {
    return pictured(item.picture, "image " + item.id, "image", [item.id, item.label && "label: " + item.label, item.missing]);
  }

  function pullbacks(section, body) {
    const styles = { rgb: "of the channels", diverging: "of their sum, blue < 0 < red" };
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
      shown.replaceChildren(theImage(item), ...rows.map(row => {
        const title = row.gradient ? "vanilla gradient" : "pullback, " + row.kind;
        return pictured(row[style], `${title} of ${item.id} for ${row.target}`, title, [`for ${row.target}`,
          `logit ${number(row.logit)}` + (row.probability === null ? "" : `, probability ${number(row.probability)}`),
          `norm ${number(row.norm)}`
            + (row.gradient || row.cosine === null ? "" : `, cosine to the gradient ${number(row.cosine)}`),
          row.missing, row.low === undefined ? null : `values ${number(row.low)} to ${number(row.high)}`]);
      }));
    }
    render();
    body.append(chooser.strip, controls, shown);
  }

  function ascents(section, body) {
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
      const chosen = (_, i) => (!state.target || item.rows[i].target === targets[state.target - 1])
        && (!state.kind || item.rows[i].kind === kinds[state.kind - 1]);
      shown.replaceChildren(theImage(item), ...item.rows.filter(chosen).map(row => el("figure", { class: "pair" },
        row.missing ? null : [
          picture(row.reached, `where the walk along the ${row.kind} led from ${item.id} for ${row.target}`),
          picture(row.difference, "the difference to the image")],
        el("figcaption", null, el("b", null, row.target), el("br"), "along ", row.kind, el("br"),
          `logit ${number(row.before)} → ${number(row.after)}, difference's norm ${number(row.norm)}`,
          row.missing ? [el("br"), row.missing] : null))));
      replace(curves, [lineChart({ ...item.chart, lines: item.chart.lines.filter(chosen) })]);
    }
    render();
    body.append(chooser.strip, controls, shown, curves);
  }

  /** Images beside their nearest neighbours. */
  function neighbours(section, body) {
    const source = image => section.pictures[image.picture] ?? null;
    const items = section.items.map(query => ({ ...query, picture: source(query) }));
    const state = { image: 0, kernel: 0 };
    const shown = el("div");
    const controls = el("div", { class: "controls" });
    const chooser = imageChooser(items, i => { state.image = i; render(); });
    const one = (image, title, ...lines) => pictured(source(image), `${title}: ${image.id}`, title,
      [image.id, image.label, ...lines], { class: image.other ? "other" : null });
    function render() {
      const query = section.items[state.image];
      const names = query.kernels.map(each => each.kernel);
      state.kernel = Math.min(state.kernel, names.length);
      setChoices(controls, [chooser.label,
        choice("By the kernel", ["all", ...names], state.kernel, i => { state.kernel = i; render(); })]);
      shown.replaceChildren(
        el("div", { class: "pictures small" }, one(query, "image")),
        ...query.kernels.filter(each => !state.kernel || each.kernel === names[state.kernel - 1]).map(each => [
          el("h4", null, each.kernel),
          el("div", { class: "pictures small" }, each.near.map((near, i) => one(near, `neighbour ${i + 1}`,
            near.other && "(another class)",
            near.similarity === null ? "similarity undefined" : `similarity ${number(near.similarity)}`)))]).flat());
    }
    render();
    body.append(chooser.strip, controls, shown);
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
    body.append(table({ caption: "Runs: images that were used, and how many a second of the whole run",
      heads: ["command", "output", "model", "weights' SHA-256", "images", "errors", "took", "images/s"],
      rows: data.runs.map(run => [run.command, run.input, run.settings.model ?? null, hashes(run).join(", ") || null,
        run.results, run.errors, run.seconds === null ? null : duration(run.seconds) + (run.resumed ? ", with a pause" : ""),
        run.rate]) }));
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
        table({ caption: `Settings of ${run.command}, ${run.input}`, heads: ["setting", "value"], rows: settings }),
        table({ caption: `Build and run of ${run.command}, ${run.input}`, heads: ["what", "value"], rows: facts })));
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
    body.append(table({ caption: `${counted(all, "image")} could not be used`
      + (rows.length < all ? `; ${number(rows.length)} are shown` : ""),
      heads: ["command", "output", "image", "why"], rows }));
  }

  // ---- the page

  /** By command: the title, and what draws pictures of images where there are some. */
  const kinds = {
    pullbacks: ["Pullbacks and gradients", pullbacks],
    ascend: ["Walks along pullbacks", ascents],
    measures: ["Measures"],
    stability: ["Gates over training"],
    gram: ["Kernels between images"],
    kernel: ["What kernels say", neighbours],
    calibrate: ["Pre-activations"],
    "demo train": ["How the network learned"],
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
        body.append(...blocks(each.blocks));
        if (each.items?.length) {
          fill(each, body);
        }
      }
    });
  });
  section("errors", "Errors", errors);
  document.documentElement.dataset.ready = "true";
})();
