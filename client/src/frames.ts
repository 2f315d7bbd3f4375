/** Names for the frames that the server sends over the socket. */

import type { components } from "./generated/schemas.js";

type Schemas = components["schemas"];

export type MessageFrame = Schemas["MessageCreatedOrUpdatedFrame"];
export type ReadFrame = Schemas["MessagesReadFrame"];
export type ThreadFrame = Schemas["ThreadUpdatedFrame"];
export type FlagFrame = Schemas["FlagRaisedFrame"];
export type CorrectionFrame = Schemas["RunCorrectedFrame"];
export type History = Schemas["History"];
export type TypingFrame = Schemas["ThreadSomeoneIsWritingFrame"];
export type LeftFrame = Schemas["ThreadLeftFrame"];

/** An event with a place in the history of its thread. */
export type EventFrame =
  MessageFrame | ReadFrame | ThreadFrame | FlagFrame | CorrectionFrame | Schemas["SkippedFrame"];

/** Everything that the library's server sends; a host's own frames have other names. */
export type Frame =
  | EventFrame
  | TypingFrame
  | LeftFrame
  | Schemas["HeartbeatFrame"]
  | Schemas["CatchUpFrame"]
  | Schemas["PongFrame"]
  | Schemas["ErrorFrame"];
