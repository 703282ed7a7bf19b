// The first program that a reader of the library's page writes.
import OpenAI from "openai";

const answer = await new OpenAI().chat.completions.create({
  model: "gpt-5.4-mini",
  messages: [{ role: "user", content: "Why is the sky blue?" }],
});
console.log(answer.choices[0].message.content);
