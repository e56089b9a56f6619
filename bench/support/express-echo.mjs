// The baseline: Express 5 that parses JSON and sends it back.
import express from "express";

const app = express();
app.use(express.json());
app.post("/kling/v1/videos/image2video", (request, response) => response.json(request.body));
app.get("/", (_request, response) => response.json({ status: "ok" }));
app.listen(Number(process.argv[2]), "127.0.0.1");
