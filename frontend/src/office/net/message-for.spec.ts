import { expect, test } from "vitest";
import { messageFor } from "./message-for";

test.each([
  [403, "forbidden"],
  [404, "notFound"],
  [410, "notFound"],
  [413, "tooLarge"],
  [429, "tooMany"],
  [400, "requestError"],
  [409, "requestError"],
  [500, "serverError"],
  [503, "serverError"],
])("%i is explained as %s", (status, key) => {
  expect(messageFor(status)).toBe(key);
});
