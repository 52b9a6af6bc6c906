// What every page needs: nothing here draws; behaviours bind to data-* attributes.
import "./save.js";
import "./draft.js";
