// Tells muxer what happens in this agent, as another CLI's hooks would: an event's name, and JSON on stdin.
// Nothing waits for it, and whatever goes wrong here disturbs nobody.
import { spawn } from "node:child_process"

const HOOK = []
const EVENTS = []

const helpers = new Set() // conversations of its own helpers are none of muxer's

function tell(event, session, said) {
  if (!session || helpers.has(session) || !EVENTS.includes(event)) return
  try {
    const hook = spawn(HOOK[0], [...HOOK.slice(1), event], { stdio: ["pipe", "ignore", "ignore"] })
    hook.on("error", () => {})
    hook.stdin.on("error", () => {})
    hook.stdin.end(JSON.stringify({ session, ...said }))
  } catch {}
}

export const Muxer = async () => ({
  event: async ({ event }) => {
    const said = event.properties ?? {}
    const session = said.sessionID ?? said.info?.id
    if (event.type === "session.created" && said.info?.parentID) helpers.add(session)
    const { permission, patterns, error } = said
    tell(event.type, session, { tool: permission, input: patterns, message: error?.data?.message ?? error?.name })
  },
  "chat.message": async ({ sessionID }, { parts }) => {
    const prompt = (parts ?? []).map((part) => part.text ?? "").join("")
    tell("chat.message", sessionID, { prompt })
  },
  "tool.execute.before": async ({ sessionID, tool }, { args }) => {
    tell("tool.execute.before", sessionID, { tool, input: args })
  },
  "tool.execute.after": async ({ sessionID, tool }) => {
    tell("tool.execute.after", sessionID, { tool })
  },
})
