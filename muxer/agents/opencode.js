// Tells muxer what happens in this agent, as another CLI's hooks would: an event's name, and JSON on stdin.
// Nothing waits for it, and whatever goes wrong here disturbs nobody.
import { spawn } from "node:child_process"

const HOOK = []
const EVENTS = []

const helpers = new Set() // conversations of its own helpers are none of muxer's
const newest = new Map() // of each conversation what was answered last: the message, and its texts by part

function tell(event, session, said) {
  if (!session || helpers.has(session) || !EVENTS.includes(event)) return
  try {
    const hook = spawn(HOOK[0], [...HOOK.slice(1), event], { stdio: ["pipe", "ignore", "ignore"] })
    hook.on("error", () => {})
    hook.stdin.on("error", () => {})
    hook.stdin.end(JSON.stringify({ session, ...said }))
  } catch {}
}

function follow({ info, part }) {
  if (info?.role === "assistant" && newest.get(info.sessionID)?.id !== info.id)
    newest.set(info.sessionID, { id: info.id, texts: new Map() })
  if (info?.error) newest.delete(info.sessionID) // it was stopped, or failed
  const last = newest.get(part?.sessionID)
  if (part?.type === "text" && part.messageID === last?.id) last.texts.set(part.id, part.text)
}

function answer(session) {
  return [...(newest.get(session)?.texts.values() ?? [])].join("\n")
}

export const Muxer = async () => ({
  event: async ({ event }) => {
    const said = event.properties ?? {}
    const session = said.sessionID ?? said.info?.id
    follow(said)
    if (event.type === "session.created" && said.info?.parentID) helpers.add(session)
    const { permission, patterns, error } = said
    const message = error?.data?.message ?? error?.name
    const last = event.type === "session.idle" ? answer(session) : undefined
    tell(event.type, session, { tool: permission, input: patterns, message, answer: last })
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
